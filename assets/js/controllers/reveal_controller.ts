import { Controller } from "@hotwired/stimulus";
import { failureWords, postForJson } from "../page";
import { showToast } from "../toasts";

const SHOWN_MS = 30_000;

/** Shows a masked number for half a minute; the server writes down who looked. */
export default class extends Controller<HTMLElement> {
  static targets = ["number", "button"];
  static values = { show: String, hide: String };
  declare readonly numberTarget: HTMLElement;
  declare readonly buttonTarget: HTMLElement;
  declare readonly showValue: string;
  declare readonly hideValue: string;
  private masked = "";
  private timer = 0;

  disconnect(): void {
    this.mask();
  }

  async toggle(event: Event): Promise<void> {
    event.preventDefault();
    if (this.masked) {
      this.mask();
      return;
    }
    const form = event.currentTarget as HTMLFormElement;
    try {
      const { number } = await postForJson<{ number: string }>(form.action, new FormData(form));
      this.masked = this.numberTarget.textContent ?? "";
      this.numberTarget.textContent = number;
      this.buttonTarget.setAttribute("aria-label", this.hideValue);
      this.timer = window.setTimeout(() => this.mask(), SHOWN_MS);
    } catch (error) {
      showToast(failureWords(error), { bad: true });
    }
  }

  private mask(): void {
    window.clearTimeout(this.timer);
    if (!this.masked) return;
    this.numberTarget.textContent = this.masked;
    this.masked = "";
    this.buttonTarget.setAttribute("aria-label", this.showValue);
  }
}
