import { Controller } from "@hotwired/stimulus";

const STEPS: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0] };

/** Moves between the inputs of a table with the arrow keys; Enter goes down instead of sending the form. */
export default class extends Controller<HTMLElement> {
  move(event: KeyboardEvent): void {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || event.isComposing) return;
    const [down, across] = STEPS[event.key] ?? this.sideways(event.key, input);
    if (!down && !across) return;
    const next = this.beside(input, down, across);
    event.preventDefault();
    next?.focus();
    next?.select();
  }

  /** Left and right leave the cell only from the edge of what is typed in it. */
  private sideways(key: string, input: HTMLInputElement): [number, number] {
    const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    if (key === "ArrowLeft" && (whole || input.selectionEnd === 0)) return [0, -1];
    if (key === "ArrowRight" && (whole || input.selectionStart === input.value.length)) return [0, 1];
    return [0, 0];
  }

  private beside(input: HTMLInputElement, down: number, across: number): HTMLInputElement | undefined {
    const rows = [...this.element.querySelectorAll("tbody tr")].map((row) => [
      ...row.querySelectorAll<HTMLInputElement>("td input"),
    ]);
    const row = rows.findIndex((cells) => cells.includes(input));
    return rows[row + down]?.[(rows[row]?.indexOf(input) ?? 0) + across];
  }
}
