/** htmx under our Content-Security-Policy, and its errors in words. */

import htmx from "htmx.org";
import { csrfToken, word, wordsFor } from "./page";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  includeIndicatorStyles: false,
  defaultSettleDelay: 0,
  timeout: 30000,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    // Refused input and stale edits come back as the form with what was typed.
    { code: "4(09|22)", swap: true },
    { code: "[45]..", swap: false, error: true },
  ],
});

const on = (name: string, listener: (event: CustomEvent) => void) =>
  document.addEventListener(name, listener as EventListener);

on("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrfToken();
});

on("htmx:beforeSwap", (event) => {
  // A session that ended answers with the sign-in page; a part of the page must not become it.
  if (/<body[^>]*\bdata-signed-out\b/.test(event.detail.xhr.responseText)) {
    event.detail.shouldSwap = false;
    window.location.reload();
  }
});

on("htmx:beforeRequest", () => clear());
on("htmx:responseError", (event) => show(wordsFor(event.detail.xhr.status), event.detail.xhr.status === 403));
on("htmx:timeout", () => show(word("network"), false));
on("htmx:sendError", (event) => {
  if (!(event.target as Element).closest("form[data-queued]")) show(word("network"), false);
});
on("htmx:afterSwap", (event) => {
  // The target of an outer swap has left the page; the event itself comes from what took its place.
  const place = event.target as HTMLElement;
  place.querySelector?.<HTMLElement>("[data-form-errors]")?.focus();
});

function region(): HTMLElement | null {
  const dialog = document.querySelector<HTMLElement>("dialog[open] .sheet-body");
  if (!dialog) return document.getElementById("errors");
  const inside = dialog.querySelector<HTMLElement>(":scope > .errors") ?? document.createElement("div");
  inside.className = "errors";
  inside.setAttribute("role", "alert");
  if (!inside.parentElement) dialog.prepend(inside);
  return inside;
}

function clear(): void {
  for (const each of document.querySelectorAll(".errors")) each.replaceChildren();
}

function show(message: string, offerReload: boolean): void {
  const box = document.createElement("div");
  box.className = "notice notice-bad";
  const text = document.createElement("div");
  text.textContent = message;
  box.append(text);
  if (offerReload) {
    const reload = document.createElement("button");
    reload.type = "button";
    reload.className = "btn btn-plain btn-sm";
    reload.textContent = word("reload");
    reload.addEventListener("click", () => window.location.reload());
    box.append(reload);
  }
  region()?.replaceChildren(box);
}
