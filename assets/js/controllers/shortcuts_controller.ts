import { Controller } from "@hotwired/stimulus";

const ROWS = ".work-item, main tbody tr:has(a[href])";

/** Keys: / and Ctrl-K search, r record, n new customer, j and k through a list, ? help. The key of a list
 * (`data-walk`) presses its only button, or moves the focus from one to the next. */
export default class extends Controller<HTMLElement> {
  press(event: KeyboardEvent): void {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey) {
      this.search(event);
      return;
    }
    if (event.key === "Escape" && this.element.classList.contains("searching")) this.closeSearch();
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
    if (event.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "/") this.search(event);
    else if (event.key === "?") this.help();
    else if (event.key === "j" || event.key === "k") this.walk(event.key === "j" ? 1 : -1);
    else if (!this.walkButtons(event)) this.pressButton(event);
  }

  search(event: Event): void {
    event.preventDefault();
    this.element.classList.add("searching");
    const input = document.getElementById("search") as HTMLInputElement | null;
    input?.focus();
    input?.select();
  }

  closeSearch(): void {
    this.element.classList.remove("searching");
  }

  help(): void {
    const keys = document.getElementById("keys") as HTMLDialogElement | null;
    if (keys && !keys.open) keys.showModal();
  }

  closeHelp(event: MouseEvent): void {
    if (event.target === event.currentTarget) (event.currentTarget as HTMLDialogElement).close();
  }

  private pressButton(event: KeyboardEvent): void {
    if (!/^[a-z0-9]$/.test(event.key)) return;
    const shown = [...document.querySelectorAll<HTMLElement>(`[data-key="${event.key}"]`)];
    const target = shown.find((each) => each.offsetParent !== null) ?? shown[0];
    if (!target) return;
    event.preventDefault();
    target.click();
  }

  private walkButtons(event: KeyboardEvent): boolean {
    const list = document.querySelector(`[data-walk="${CSS.escape(event.key)}"]`);
    const buttons = [...(list?.querySelectorAll<HTMLElement>("form button") ?? [])];
    if (!buttons.length) return false;
    event.preventDefault();
    if (buttons.length === 1) buttons[0]?.click();
    else buttons[(buttons.indexOf(document.activeElement as HTMLElement) + 1) % buttons.length]?.focus();
    return true;
  }

  private walk(step: number): void {
    const rows = [...document.querySelectorAll<HTMLElement>(ROWS)];
    const now = rows.findIndex((row) => row.contains(document.activeElement));
    const next = rows[now < 0 ? (step > 0 ? 0 : rows.length - 1) : now + step];
    next?.querySelector<HTMLElement>("a[href]")?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }
}

/** A radio or a tick takes no letters: keys go on to the page. */
function isTyping(target: EventTarget | null): boolean {
  const typed = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";
  return target instanceof Element && target.closest(typed) !== null;
}
