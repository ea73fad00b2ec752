import { Controller } from "@hotwired/stimulus";
import htmx from "htmx.org";

const WAIT_MS = 150;

/** Each tick asks anew which level the evidence supports; a level picked by hand is left alone. */
export default class extends Controller<HTMLElement> {
  static targets = ["suggestion", "follows"];
  declare readonly followsTargets: HTMLInputElement[];
  declare readonly suggestionTarget: HTMLElement;
  declare readonly hasSuggestionTarget: boolean;
  private timer = 0;

  disconnect(): void {
    window.clearTimeout(this.timer);
  }

  picked(): void {
    for (const input of this.followsTargets) input.value = "";
    this.changed();
  }

  changed(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      if (this.hasSuggestionTarget) htmx.trigger(this.suggestionTarget, "evidence", {});
    }, WAIT_MS);
  }
}
