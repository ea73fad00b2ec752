import { Controller } from "@hotwired/stimulus";
import htmx from "htmx.org";

const WAIT_MS = 350;

/** While a new card is typed, asks whether the customer is already known and shows what is found. */
export default class extends Controller<HTMLElement> {
  static targets = ["found"];
  static values = { url: String, least: { type: Number, default: 2 } };
  declare readonly foundTarget: HTMLElement;
  declare readonly urlValue: string;
  declare readonly leastValue: number;
  private timer = 0;

  disconnect(): void {
    window.clearTimeout(this.timer);
  }

  typed(event: Event): void {
    window.clearTimeout(this.timer);
    const { name, value } = event.target as HTMLInputElement;
    if (value.trim().length < this.leastValue) {
      this.foundTarget.replaceChildren();
      return;
    }
    this.timer = window.setTimeout(() => {
      const values = { field: name, [name]: value.trim() };
      // A post: what is typed is a person's number, which no log of addresses may keep.
      void htmx.ajax("post", this.urlValue, { target: this.foundTarget, swap: "innerHTML", values });
    }, WAIT_MS);
  }
}
