import { Controller } from "@hotwired/stimulus";

const LIGHT = "guanxi";
const DARK = "guanxi-dark";
const YEAR = 365 * 24 * 3600;

/** Light or dark. The choice is a cookie, so the server paints the next page right at once. */
export default class extends Controller<HTMLElement> {
  static targets = ["label"];
  static values = { light: String, dark: String };
  declare readonly labelTarget: HTMLElement;
  declare readonly lightValue: string;
  declare readonly darkValue: string;

  connect(): void {
    this.name();
  }

  toggle(): void {
    const next = this.isDark ? LIGHT : DARK;
    document.documentElement.dataset.theme = next;
    document.cookie = `theme=${next};path=/;max-age=${YEAR};samesite=lax`;
    this.name();
  }

  private get isDark(): boolean {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === DARK : window.matchMedia("(prefers-color-scheme: dark)").matches;
  }

  private name(): void {
    this.labelTarget.textContent = this.isDark ? this.lightValue : this.darkValue;
  }
}
