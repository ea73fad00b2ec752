import { Controller } from "@hotwired/stimulus";

/** While a choice has the focus, its first letter or its number picks it. */
export default class extends Controller<HTMLElement> {
  connect(): void {
    this.element.addEventListener("keydown", this.pick);
  }

  disconnect(): void {
    this.element.removeEventListener("keydown", this.pick);
  }

  private pick = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
    const choices = [...this.element.querySelectorAll<HTMLElement>(".choice")];
    const pressed = event.key.toLowerCase();
    const byNumber = /^[1-9]$/.test(pressed) ? choices[Number(pressed) - 1] : undefined;
    const named = choices.find((each) => each.textContent?.trim().toLowerCase().startsWith(pressed));
    const input = (byNumber ?? (/\s/.test(pressed) ? undefined : named))?.querySelector("input");
    if (!input || input.disabled) return;
    event.preventDefault();
    input.focus();
    if (!input.checked || input.type === "checkbox") input.click();
  };
}
