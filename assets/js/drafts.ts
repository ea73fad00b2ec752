/** What was typed but not yet saved, kept on this device for seven days at most. */

import { userId } from "./page";

const PREFIX = "guanxi:draft:";
const KEPT_MS = 7 * 24 * 3600 * 1000;

export type Fields = [name: string, value: string][];

export interface Draft {
  at: number;
  page: string;
  fields: Fields;
  /** Submitted to a page of its own; settled when that page arrives. */
  sent?: boolean;
}

let forgotten = false;

export const draftKey = (action: string, customer: string): string =>
  `${PREFIX}${userId()}:${new URL(action, window.location.href).pathname}:${customer}`;

export function readDraft(key: string): Draft | null {
  return parse<Draft>(localStorage.getItem(key));
}

export function keepDraft(key: string, fields: Fields, sent = false): void {
  if (forgotten) return;
  const draft: Draft = { at: Date.now(), page: window.location.pathname, fields, sent };
  store(key, draft);
}

export const dropDraft = (key: string): void => localStorage.removeItem(key);

/** Remove drafts past their seven days, and those whose form was taken by the page we now stand on. */
export function sweepDrafts(): void {
  const from = document.referrer ? new URL(document.referrer).pathname : "";
  for (const key of keysOf(PREFIX)) {
    const draft = readDraft(key);
    const arrived = draft?.sent && draft.page === from && navigationType() === "navigate";
    const refused = document.querySelector("[data-form-errors], .field-error") !== null;
    if (!draft || Date.now() - draft.at > KEPT_MS || (arrived && !refused)) dropDraft(key);
  }
}

/** At sign-out; a form still waiting to keep its last words keeps nothing more. */
export function dropAllDrafts(): void {
  forgotten = true;
  keysOf(PREFIX).forEach(dropDraft);
}

const navigationType = (): string =>
  (performance.getEntriesByType("navigation")[0] as PerformanceNavigationTiming | undefined)?.type ?? "";

const keysOf = (prefix: string): string[] =>
  Object.keys(localStorage).filter((key) => key.startsWith(prefix));

export function parse<T>(text: string | null): T | null {
  try {
    return text ? (JSON.parse(text) as T) : null;
  } catch {
    return null;
  }
}

/** Private browsing and a full disk refuse to store; the form itself still works. */
export function store(key: string, value: unknown): boolean {
  try {
    localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}
