import { Controller } from "@hotwired/stimulus";

/** The drop-down under the search box: arrows walk its links, Esc closes it. */
export default class extends Controller<HTMLElement> {
  static targets = ["input", "results"];
  declare readonly inputTarget: HTMLInputElement;
  declare readonly resultsTarget: HTMLElement;

  press(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      // The focus opens the list, so it moves first.
      this.inputTarget.focus();
      this.close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const stops = [this.inputTarget, ...this.resultsTarget.querySelectorAll<HTMLElement>("a[href]")];
      const now = stops.indexOf(document.activeElement as HTMLElement);
      const next = stops[now + (event.key === "ArrowDown" ? 1 : -1)];
      if (!next) return;
      event.preventDefault();
      next.focus();
    } else if (event.target === this.inputTarget) {
      this.enter();
    }
  }

  enter(): void {
    delete this.resultsTarget.dataset.closed;
  }

  leave(event: FocusEvent): void {
    if (!this.element.contains(event.relatedTarget as Node | null)) this.close();
  }

  close(): void {
    this.resultsTarget.dataset.closed = "";
  }
}
