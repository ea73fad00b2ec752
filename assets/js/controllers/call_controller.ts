import { Controller } from "@hotwired/stimulus";
import { failureWords, postForJson, word } from "../page";
import { showToast } from "../toasts";

/** Asks the server for the number and dials it; on a desktop, which cannot dial, shows it. */
export default class extends Controller<HTMLElement> {
  static values = { url: String };
  declare readonly urlValue: string;

  async dial(event: Event): Promise<void> {
    event.preventDefault();
    const isForm = this.element instanceof HTMLFormElement;
    try {
      const fields = isForm ? new FormData(this.element as HTMLFormElement) : undefined;
      const url = isForm ? (this.element as HTMLFormElement).action : this.urlValue;
      const { tel } = await postForJson<{ tel: string }>(url, fields);
      if (!tel.startsWith("tel:")) throw new TypeError("not a telephone address");
      if (window.matchMedia("(pointer: coarse)").matches) window.location.href = tel;
      else showToast(`${word("calling")} ${tel.slice(4)}`, { link: { href: tel, label: word("calling") } });
      this.dispatch("dialled", { detail: { at: Date.now() } });
    } catch (error) {
      showToast(failureWords(error), { bad: true });
    }
  }
}
