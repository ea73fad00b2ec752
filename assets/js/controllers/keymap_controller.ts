import { Controller } from "@hotwired/stimulus";
import htmx from "htmx.org";
import { csrfToken } from "../page";

const GRID = 14;
const CLICK = 4;
const ZOOMS = [0.25, 0.35, 0.5, 0.7, 0.85, 1, 1.25, 1.6];
const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const PAUSE_MS = 600;
const PHONE = "(width < 48rem)";
const SMALLEST_READABLE = 0.62;

/** Drags the boxes of the key-person map (with Alt and the arrow keys too), keeps where they were put, and zooms.
 * The server draws: after a move the drawing is fetched anew, so lines and regions follow. */
export default class extends Controller<HTMLElement> {
  static targets = ["svg", "box", "paper"];
  static values = { url: String, version: Number, editable: Boolean };
  declare readonly svgTarget: SVGSVGElement;
  declare readonly paperTarget: HTMLElement;
  declare readonly boxTargets: SVGGElement[];
  declare readonly urlValue: string;
  declare readonly editableValue: boolean;
  declare versionValue: number;
  private zoom = 1;
  private moved = false;
  private waiting = 0;
  private saving: Promise<void> = Promise.resolve();
  private seen = false;
  private arranging = false;

  svgTargetConnected(svg: SVGSVGElement): void {
    svg.classList.toggle("keymap-editable", this.editableValue);
    svg.classList.toggle("keymap-arranging", this.arranging);
    if (this.seen) return this.resize();
    this.seen = true;
    if (window.matchMedia(PHONE).matches) {
      // A phone shows the whole, to be enlarged by hand; the long lists below are opened by a tap.
      for (const more of document.querySelectorAll(".keymap-more")) more.removeAttribute("open");
      return this.whole();
    }
    // The whole map where it can still be read, else its head in the middle.
    this.fit(SMALLEST_READABLE);
    this.paperTarget.scrollLeft = (this.paperTarget.scrollWidth - this.paperTarget.clientWidth) / 2;
  }

  boxTargetConnected(box: SVGGElement): void {
    if (!this.editableValue) return;
    box.addEventListener("pointerdown", (event) => this.grab(event, box));
    box.addEventListener("keydown", (event) => this.nudge(event, box));
    // A drag ends over the link of the box, which must not open then.
    box.addEventListener("click", (event) => this.moved && event.preventDefault(), true);
    box.addEventListener("dragstart", (event) => event.preventDefault());
  }

  disconnect(): void {
    window.clearTimeout(this.waiting);
  }

  larger(): void {
    this.zoom = ZOOMS.find((zoom) => zoom > this.zoom + 0.01) ?? this.zoom;
    this.resize();
  }

  smaller(): void {
    this.zoom = [...ZOOMS].reverse().find((zoom) => zoom < this.zoom - 0.01) ?? this.zoom;
    this.resize();
  }

  whole(): void {
    const { height } = this.svgTarget.viewBox.baseVal;
    this.fit(0, Math.max(window.innerHeight * 0.75, 320) / height);
  }

  private fit(least: number, most = 1): void {
    const { width } = this.svgTarget.viewBox.baseVal;
    this.zoom = Math.max(least, Math.min(this.paperTarget.clientWidth / width, most, 1));
    this.resize();
  }

  arrange(event: Event): void {
    this.arranging = !this.arranging;
    (event.currentTarget as HTMLElement).setAttribute("aria-pressed", String(this.arranging));
    this.svgTarget.classList.toggle("keymap-arranging", this.arranging);
  }

  private resize(): void {
    const { width, height } = this.svgTarget.viewBox.baseVal;
    this.svgTarget.setAttribute("width", String(Math.round(width * this.zoom)));
    this.svgTarget.setAttribute("height", String(Math.round(height * this.zoom)));
  }

  private grab(event: PointerEvent, box: SVGGElement): void {
    // A finger scrolls the map unless boxes are to be moved.
    if (event.button !== 0 || (event.pointerType === "touch" && !this.arranging)) return;
    const [left, top] = this.place(box);
    const start = { x: event.clientX, y: event.clientY };
    this.moved = false;
    const move = (now: PointerEvent) => {
      const across = now.clientX - start.x;
      const down = now.clientY - start.y;
      if (!this.moved && Math.hypot(across, down) < CLICK) return;
      this.moved = true;
      box.setPointerCapture(event.pointerId);
      box.classList.add("box-moving");
      this.put(box, left + across / this.zoom, top + down / this.zoom);
    };
    const drop = () => {
      box.removeEventListener("pointermove", move);
      box.removeEventListener("pointerup", drop);
      box.removeEventListener("pointercancel", drop);
      box.classList.remove("box-moving");
      if (this.moved) this.save(box);
    };
    box.addEventListener("pointermove", move);
    box.addEventListener("pointerup", drop);
    box.addEventListener("pointercancel", drop);
  }

  private nudge(event: KeyboardEvent, box: SVGGElement): void {
    const step = ARROWS[event.key];
    if (!step || !event.altKey) return;
    event.preventDefault();
    const [left, top] = this.place(box);
    this.put(box, left + step[0] * GRID, top + step[1] * GRID);
    window.clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => this.save(box), PAUSE_MS);
  }

  private place(box: SVGGElement): [number, number] {
    return [Number(box.dataset.x), Number(box.dataset.y)];
  }

  private put(box: SVGGElement, x: number, y: number): void {
    const left = Math.max(0, Math.round(x));
    const top = Math.max(0, Math.round(y));
    box.dataset.x = String(left);
    box.dataset.y = String(top);
    box.setAttribute("transform", `translate(${left} ${top})`);
  }

  /** One move after the other: each names the version the last one made. */
  private save(box: SVGGElement): void {
    const [x, y] = this.place(box);
    this.saving = this.saving.then(() => this.send(String(box.dataset.person), x, y));
  }

  private async send(person: string, x: number, y: number): Promise<void> {
    const body = new URLSearchParams({ person, x: String(x), y: String(y), version: String(this.versionValue) });
    const answer = await fetch(this.urlValue, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
      body,
    }).catch(() => null);
    // Somebody arranged the map meanwhile, or it cannot be kept: show what stands.
    if (!answer?.ok) return window.location.reload();
    this.versionValue = (await answer.json()).version;
    htmx.trigger(this.paperTarget, "keymap:moved", {});
  }
}
