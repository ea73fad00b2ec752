import { Controller } from "@hotwired/stimulus";
import { word } from "../page";
import { showToast } from "../toasts";

/** Copies a text, such as a script to paste into WeChat. */
export default class extends Controller<HTMLElement> {
  static values = { text: String };
  declare readonly textValue: string;

  async now(): Promise<void> {
    await navigator.clipboard.writeText(this.textValue);
    showToast(word("copied"));
  }
}
