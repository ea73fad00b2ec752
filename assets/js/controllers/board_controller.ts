import { Controller } from "@hotwired/stimulus";
import htmx from "htmx.org";

/** Dragging a card to another column asks the four questions for that stage: without answers nothing moves. Where
 * nothing can be dragged, the link on the card does the same. */
export default class extends Controller<HTMLElement> {
  static targets = ["column"];
  declare readonly columnTargets: HTMLElement[];
  private card?: HTMLElement;

  taken(event: DragEvent): void {
    this.card = event.currentTarget as HTMLElement;
    event.dataTransfer?.setData("text/plain", this.card.dataset.move ?? "");
    if (event.dataTransfer) event.dataTransfer.effectAllowed = "move";
  }

  over(event: DragEvent): void {
    const column = event.currentTarget as HTMLElement;
    if (!this.card || column.dataset.stage === this.card.dataset.stage) return;
    event.preventDefault();
    this.mark(column);
  }

  left(event: DragEvent): void {
    const column = event.currentTarget as HTMLElement;
    if (!column.contains(event.relatedTarget as Node | null)) column.removeAttribute("data-over");
  }

  dropped(event: DragEvent): void {
    event.preventDefault();
    const stage = (event.currentTarget as HTMLElement).dataset.stage;
    const url = this.card?.dataset.move;
    this.released();
    if (!url || !stage) return;
    void htmx.ajax("get", `${url}?to=${encodeURIComponent(stage)}`, { target: "#sheet-body" });
  }

  released(): void {
    this.mark();
    this.card = undefined;
  }

  private mark(column?: HTMLElement): void {
    for (const each of this.columnTargets) each.toggleAttribute("data-over", each === column);
  }
}
