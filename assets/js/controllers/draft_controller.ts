import { Controller } from "@hotwired/stimulus";
import { type Draft, draftKey, dropDraft, type Fields, keepDraft, readDraft } from "../drafts";
import { word } from "../page";
import { enqueue } from "../queue";
import { showToast } from "../toasts";

const NEVER_KEPT = new Set(["csrfmiddlewaretoken"]);
const WAIT_MS = 250;

/** Keeps what is typed until it is saved; a submit without a connection waits and is sent later. */
export default class extends Controller<HTMLFormElement> {
  static values = { customer: String };
  declare readonly customerValue: string;
  private timer = 0;
  private pageKey = "";

  connect(): void {
    this.pageKey = this.keyInput?.value ?? "";
    this.element.addEventListener("input", this.typed);
    this.element.addEventListener("change", this.typed);
    this.element.addEventListener("submit", this.submitted);
    this.element.addEventListener("htmx:beforeRequest", this.beforeRequest);
    this.element.addEventListener("htmx:sendError", this.notSent);
    this.element.addEventListener("htmx:afterRequest", this.answered);
    window.addEventListener("pageshow", this.shown);
    const draft = readDraft(this.key);
    // A form that came back with errors already holds what was typed.
    if (draft && !this.element.querySelector("[data-form-errors], .field-error")) this.restore(draft);
  }

  disconnect(): void {
    window.clearTimeout(this.timer);
    window.removeEventListener("pageshow", this.shown);
    this.element.removeEventListener("input", this.typed);
    this.element.removeEventListener("change", this.typed);
    this.element.removeEventListener("submit", this.submitted);
    this.element.removeEventListener("htmx:beforeRequest", this.beforeRequest);
    this.element.removeEventListener("htmx:sendError", this.notSent);
    this.element.removeEventListener("htmx:afterRequest", this.answered);
  }

  discard(): void {
    dropDraft(this.key);
    this.element.reset();
    // A reset leaves hidden fields alone: take back the key the page came with.
    if (this.keyInput) this.keyInput.value = this.pageKey;
    this.element.querySelector("[data-draft-notice]")?.remove();
  }

  private get keyInput(): HTMLInputElement | null {
    return this.element.querySelector('input[name="form_key"]');
  }

  private get action(): string {
    return this.element.getAttribute("hx-post") || this.element.action;
  }

  private get key(): string {
    return draftKey(this.action, this.customerValue);
  }

  private fields(submitter?: HTMLElement | null): Fields {
    const entries = [...new FormData(this.element, submitter)];
    return entries.filter(
      (entry): entry is [string, string] => typeof entry[1] === "string" && !NEVER_KEPT.has(entry[0]),
    );
  }

  private typed = (): void => {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => keepDraft(this.key, this.fields()), WAIT_MS);
  };

  /** Come back from a page that never arrived: the form is unsent again. */
  private shown = (event: PageTransitionEvent): void => {
    if (event.persisted && readDraft(this.key)?.sent) keepDraft(this.key, this.fields());
  };

  private submitted = (event: SubmitEvent): void => {
    window.clearTimeout(this.timer);
    if (event.defaultPrevented || this.element.hasAttribute("hx-post")) return;
    if (navigator.onLine) keepDraft(this.key, this.fields(), true);
    else if (this.queue(event.submitter)) event.preventDefault();
  };

  private beforeRequest = (event: Event): void => {
    if (!this.isOwn(event) || navigator.onLine) return;
    const { requestConfig } = (event as CustomEvent).detail;
    if (this.queue(requestConfig.triggeringEvent?.submitter)) event.preventDefault();
  };

  private notSent = (event: Event): void => {
    const { requestConfig } = (event as CustomEvent).detail;
    if (this.isOwn(event)) this.queue(requestConfig.triggeringEvent?.submitter);
  };

  private answered = (event: Event): void => {
    const { xhr } = (event as CustomEvent).detail;
    if (!this.isOwn(event) || xhr.status < 200 || xhr.status >= 300) return;
    window.clearTimeout(this.timer);
    dropDraft(this.key);
  };

  /** Requests of controls inside the form (a suggestion, a lookup) are not the form's own. */
  private isOwn(event: Event): boolean {
    const { elt, requestConfig } = (event as CustomEvent).detail;
    return elt === this.element && requestConfig?.verb === "post";
  }

  private queue(submitter?: HTMLElement | null): boolean {
    const fields = this.fields(submitter);
    const id = fields.find(([name]) => name === "form_key")?.[1];
    // Without its key a form could be taken twice: it stays a draft.
    if (!id) return false;
    const action = pathOf(this.action);
    if (!enqueue({ id, action, page: pathOf(window.location.href), draft: this.key, fields })) return false;
    this.element.dataset.queued = "";
    dropDraft(this.key);
    showToast(word("offlineKept"));
    this.element.closest("dialog")?.close();
    return true;
  }

  private restore(draft: Draft): void {
    const kept = new Map<string, string[]>();
    for (const [name, value] of draft.fields) kept.set(name, [...(kept.get(name) ?? []), value]);
    let changed = false;
    for (const control of this.element.elements) {
      if (!(control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement || control instanceof HTMLSelectElement)) continue;
      if (!control.name || NEVER_KEPT.has(control.name) || control.type === "password" || control.type === "file") continue;
      changed = put(control, kept.get(control.name)) || changed;
    }
    if (draft.sent) keepDraft(this.key, draft.fields);
    if (changed) this.announce();
  }

  private announce(): void {
    const notice = document.createElement("div");
    notice.className = "notice";
    notice.setAttribute("role", "status");
    notice.dataset.draftNotice = "";
    const text = document.createElement("div");
    text.textContent = word("restored");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-text btn-sm";
    button.textContent = word("discard");
    button.dataset.action = "draft#discard";
    notice.append(text, button);
    this.element.prepend(notice);
  }
}

function pathOf(address: string): string {
  const { pathname, search } = new URL(address, window.location.href);
  return pathname + search;
}

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** Put kept values into a control; true when the user sees a difference. */
function put(control: Control, values: string[] | undefined): boolean {
  if (control instanceof HTMLInputElement && (control.type === "checkbox" || control.type === "radio")) {
    const checked = values?.includes(control.value) ?? false;
    const differs = control.checked !== checked;
    control.checked = checked;
    return differs;
  }
  if (!values) return false;
  if (control instanceof HTMLSelectElement && control.multiple) {
    for (const option of control.options) option.selected = values.includes(option.value);
    return true;
  }
  const differs = control.value !== values[0];
  control.value = values[0] ?? "";
  return differs && control.type !== "hidden";
}
