/** Messages at the foot of the page: said once, with the way back. */

import htmx from "htmx.org";
import { word } from "./page";

const SHOWN_MS = 6000;
const SHOWN_WITH_ACTION_MS = 12000;

interface Toast {
  undo?: string;
  link?: { href: string; label: string };
  bad?: boolean;
}

/** The region, moved into an open dialog: the rest of the page is inert meanwhile. */
function region(): HTMLElement | null {
  const toasts = document.getElementById("toasts");
  const home = document.querySelector("dialog[open]") ?? document.body;
  if (toasts && toasts.parentElement !== home) home.append(toasts);
  return toasts;
}

export function showToast(message: string, { undo, link, bad }: Toast = {}): void {
  const item = document.createElement("div");
  item.className = bad ? "toast-item toast-error" : "toast-item";
  const text = document.createElement("p");
  text.textContent = message;
  item.append(text);
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-text btn-sm";
    button.textContent = word("undo");
    button.addEventListener("click", () => {
      item.remove();
      void htmx.ajax("post", undo, { source: document.body, swap: "none" });
    });
    item.append(button);
  }
  if (link) {
    const anchor = document.createElement("a");
    anchor.href = link.href;
    anchor.textContent = link.label;
    item.append(anchor);
  }
  region()?.append(item);
  expire(item, Boolean(undo || link));
}

function expire(item: Element, hasAction: boolean): void {
  const remove = () => {
    // A toast that is being read or reached by keyboard stays.
    if (item.matches(":hover, :focus-within")) setTimeout(remove, 2000);
    else item.remove();
  };
  setTimeout(remove, hasAction ? SHOWN_WITH_ACTION_MS : SHOWN_MS);
}

export function watchToasts(): void {
  document.addEventListener("toast", (event) => {
    const { message, undo } = (event as CustomEvent).detail;
    showToast(message, { undo });
  });
  for (const item of document.querySelectorAll("[data-toast]")) expire(item, item.querySelector("form") !== null);
}
