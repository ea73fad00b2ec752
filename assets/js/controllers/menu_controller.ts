import { Controller } from "@hotwired/stimulus";

/** A details element that behaves as a menu: closes on Esc and on a press elsewhere. */
export default class extends Controller<HTMLDetailsElement> {
  static targets = ["opener"];
  declare readonly openerTarget: HTMLElement;

  close(): void {
    if (!this.element.open) return;
    this.element.open = false;
    this.openerTarget.focus();
  }

  outside(event: MouseEvent): void {
    if (!this.element.contains(event.target as Node)) this.element.open = false;
  }
}
