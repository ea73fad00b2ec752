import { Controller } from "@hotwired/stimulus";

interface Recognition extends EventTarget {
  lang: string;
  continuous: boolean;
  interimResults: boolean;
  start(): void;
  stop(): void;
}

interface Heard extends Event {
  resultIndex: number;
  results: ArrayLike<ArrayLike<{ transcript: string }>>;
}

const Engine = (window as unknown as Record<string, (new () => Recognition) | undefined>)["webkitSpeechRecognition"];

/** Dictation into the control beside the button; without speech recognition the button stays hidden. */
export default class extends Controller<HTMLElement> {
  static targets = ["button"];
  declare readonly buttonTarget: HTMLButtonElement;
  private recognition: Recognition | null = null;

  connect(): void {
    this.buttonTarget.hidden = !Engine;
  }

  disconnect(): void {
    this.recognition?.stop();
  }

  toggle(): void {
    if (this.recognition) {
      this.recognition.stop();
      return;
    }
    if (!Engine) return;
    const recognition = new Engine();
    recognition.lang = document.documentElement.lang === "en" ? "en-US" : "zh-CN";
    recognition.continuous = true;
    recognition.interimResults = false;
    recognition.addEventListener("result", (event) => this.write(event as Heard));
    recognition.addEventListener("end", () => this.ended());
    recognition.start();
    this.recognition = recognition;
    this.buttonTarget.setAttribute("aria-pressed", "true");
  }

  private write(event: Heard): void {
    const control = this.element.querySelector<HTMLTextAreaElement | HTMLInputElement>("textarea, input");
    if (!control) return;
    for (let index = event.resultIndex; index < event.results.length; index += 1) {
      control.value += event.results[index]?.[0]?.transcript ?? "";
    }
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }

  private ended(): void {
    this.recognition = null;
    this.buttonTarget.setAttribute("aria-pressed", "false");
  }
}
