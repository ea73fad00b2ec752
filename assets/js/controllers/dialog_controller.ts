import { Controller } from "@hotwired/stimulus";

/** The sheet: opens when htmx has filled it, closes by Esc, ×, the backdrop or the event closeSheet. */
export default class extends Controller<HTMLDialogElement> {
  static targets = ["body"];
  declare readonly bodyTarget: HTMLElement;
  private opener: HTMLElement | null = null;

  connect(): void {
    document.addEventListener("htmx:beforeRequest", this.remember);
    document.addEventListener("htmx:afterSwap", this.filled);
    document.addEventListener("closeSheet", this.close);
  }

  disconnect(): void {
    document.removeEventListener("htmx:beforeRequest", this.remember);
    document.removeEventListener("htmx:afterSwap", this.filled);
    document.removeEventListener("closeSheet", this.close);
  }

  close = (): void => this.element.close();

  backdrop(event: MouseEvent): void {
    if (event.target === this.element) this.close();
  }

  /** After closing: empty, and the focus back where it came from. */
  closed(): void {
    const toasts = this.element.querySelector("#toasts");
    if (toasts) document.body.append(toasts);
    this.bodyTarget.replaceChildren();
    if (this.opener?.isConnected) this.opener.focus();
    this.opener = null;
  }

  private remember = (event: Event): void => {
    const { elt, target } = (event as CustomEvent).detail;
    if (target !== this.bodyTarget || this.element.open) return;
    const menu = elt.closest("details");
    this.opener = menu ? menu.querySelector("summary") : elt;
    menu?.removeAttribute("open");
  };

  private filled = (event: Event): void => {
    const { target } = (event as CustomEvent).detail;
    if (target !== this.bodyTarget) return;
    const title = this.bodyTarget.querySelector("h1, h2");
    if (title?.textContent) this.element.setAttribute("aria-label", title.textContent.trim());
    if (!this.element.open && this.bodyTarget.childElementCount) this.element.showModal();
    this.bodyTarget.querySelector<HTMLElement>("[autofocus]")?.focus();
  };
}
