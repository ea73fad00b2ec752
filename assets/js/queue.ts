/** Forms submitted without a connection: sent again, in order, with the key that makes the server take each once. */

import { dropAllDrafts, type Fields, keepDraft, parse, store, sweepDrafts } from "./drafts";
import { csrfToken, userId, word } from "./page";
import { showToast } from "./toasts";

const KEY = "guanxi:queue";
const KEPT_MS = 7 * 24 * 3600 * 1000;
const EVERY_MS = 60 * 1000;
const MOST_WAITS = 3;

export interface Waiting {
  id: string;
  user: string;
  at: number;
  action: string;
  /** The page the form stood on, and its draft: both are needed when the server refuses the record. */
  page: string;
  draft: string;
  fields: Fields;
  /** How often the server asked to wait; a stale edit answers the same way and never ends. */
  waits?: number;
}

type Outcome = "taken" | "refused" | "busy" | "later" | "offline";

const read = (): Waiting[] => parse<Waiting[]>(localStorage.getItem(KEY)) ?? [];
const write = (waiting: Waiting[]): boolean => store(KEY, waiting);
const mine = (): Waiting[] => read().filter((each) => each.user === userId());

/** Keep a submitted form until it can be sent; false when this device keeps nothing. */
export function enqueue(entry: Omit<Waiting, "user" | "at">): boolean {
  const others = read().filter((each) => each.id !== entry.id);
  return write([...others, { ...entry, user: userId(), at: Date.now() }]);
}

export async function flush(): Promise<void> {
  if (!navigator.onLine || !userId() || mine().length === 0) return;
  if (navigator.locks) await navigator.locks.request(KEY, { ifAvailable: true }, (lock) => (lock ? sendAll() : null));
  else await sendAll();
}

async function sendAll(): Promise<void> {
  let sent = 0;
  for (const entry of mine()) {
    const outcome = await send(entry);
    if (outcome === "offline") break;
    if (outcome === "later") continue;
    const waits = (entry.waits ?? 0) + 1;
    if (outcome === "busy" && waits < MOST_WAITS) {
      write(read().map((each) => (each.id === entry.id ? { ...each, waits } : each)));
      continue;
    }
    write(read().filter((each) => each.id !== entry.id));
    if (outcome === "taken") sent += 1;
    else {
      keepDraft(entry.draft, entry.fields);
      showToast(word("refused"), { bad: true, link: { href: entry.page, label: word("open") } });
    }
  }
  if (sent) {
    showToast(word("sent"));
    document.body.dispatchEvent(new CustomEvent("queueSent", { bubbles: true }));
  }
}

async function send(entry: Waiting): Promise<Outcome> {
  let response: Response;
  try {
    const body = new URLSearchParams(entry.fields);
    response = await fetch(entry.action, { method: "POST", body, headers: { "X-CSRFToken": csrfToken() } });
  } catch {
    return "offline";
  }
  if (response.status === 409) return "busy";
  if ([400, 404, 410, 413, 422].includes(response.status)) return "refused";
  if (!response.ok) return "later";
  // A session that ended is redirected to the sign-in page, which answers 200 without the user's mark.
  const answer = await response.text();
  return response.redirected && !answer.includes(`name="guanxi-user" content="${entry.user}"`) ? "later" : "taken";
}

export function watchQueue(): void {
  write(read().filter((each) => Date.now() - each.at < KEPT_MS));
  sweepDrafts();
  window.addEventListener("online", () => void flush());
  setInterval(() => void flush(), EVERY_MS);
  document.addEventListener("submit", (event) => {
    if (!(event.target as Element).matches("[data-sign-out]")) return;
    if (mine().length && !window.confirm(word("unsent"))) {
      event.preventDefault();
      return;
    }
    write(read().filter((each) => each.user !== userId()));
    dropAllDrafts();
  });
  void flush();
}
