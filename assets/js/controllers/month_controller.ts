import htmx from "htmx.org";
import { Controller } from "@hotwired/stimulus";

/** The month sheet: opens scrolled to today, and a day's mark opens what was done then in the sheet. */
export default class extends Controller<HTMLElement> {
  static targets = ["today"];
  declare readonly hasTodayTarget: boolean;
  declare readonly todayTarget: HTMLElement;

  connect(): void {
    if (!this.hasTodayTarget) return;
    const day = this.todayTarget.getBoundingClientRect();
    const view = this.element.getBoundingClientRect();
    if (day.right > view.right) this.element.scrollLeft += day.right - view.left - view.width * 0.75;
  }

  open(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("td.day a") : null;
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    void htmx.ajax("get", link.href, { source: link, target: "#sheet-body" });
  }
}
