/** What the server wrote into the page: words in the user's language, the CSRF token, who is signed in. */

const meta = (name: string): string =>
  document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";

export const word = (name: string): string => document.getElementById("words")?.dataset[name] ?? "";
export const csrfToken = (): string => meta("csrf-token");
export const userId = (): string => meta("guanxi-user");

/** POST a form's fields and read the JSON answer; throws on anything but a 2xx. */
export async function postForJson<T>(url: string, fields?: FormData): Promise<T> {
  const response = await fetch(url, {
    method: "POST",
    body: fields ?? new FormData(),
    headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
  });
  if (!response.ok) throw new PostRefused(response.status);
  return (await response.json()) as T;
}

export class PostRefused extends Error {
  constructor(readonly status: number) {
    super(`status ${status}`);
  }
}

/** What to tell the user about a failed request. */
export function wordsFor(status: number): string {
  if (status === 0) return word("network");
  if (status === 401 || status === 403) return word("forbidden");
  if (status === 404 || status === 410) return word("missing");
  if (status === 409 || status === 412) return word("conflict");
  if (status === 429) return word("busy");
  return word("broken");
}

export const failureWords = (error: unknown): string =>
  wordsFor(error instanceof PostRefused ? error.status : 0);
