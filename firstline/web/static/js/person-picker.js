// <person-picker>: an input whose hx-get fills .options with button.option; arrows walk them, Enter takes one.
// The chosen option's data-value goes to the hidden field, its data-label to the input; one with data-reveals opens
// that <details> instead, and writes data-with into the field data-fills. The attribute next names where the focus goes.

class PersonPicker extends HTMLElement {
  connectedCallback() {
    this.addEventListener("keydown", this);
    this.addEventListener("click", this);
    this.addEventListener("input", this);
    this.addEventListener("htmx:afterSwap", this);
  }

  disconnectedCallback() {
    this.removeEventListener("keydown", this);
    this.removeEventListener("click", this);
    this.removeEventListener("input", this);
    this.removeEventListener("htmx:afterSwap", this);
  }

  get field() {
    return this.querySelector('input[role="combobox"]');
  }

  get offered() {
    return [...this.querySelectorAll(".option")];
  }

  handleEvent(event) {
    if (event.type === "click") return this.take(event.target.closest(".option"));
    if (event.type === "input") return this.forget(event);
    if (event.type === "htmx:afterSwap") return this.tell();
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) this.walk(event, by);
    else if (event.key === "Enter" && event.target === this.field) this.takeChosen(event);
    else if (event.key === "Escape") this.close();
  }

  walk(event, by) {
    const all = this.offered;
    if (!all.length) return;
    event.preventDefault();
    const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
    const next = all[(at + by + all.length) % all.length];
    for (const one of all) one.setAttribute("aria-selected", String(one === next));
    if (next.id) this.field.setAttribute("aria-activedescendant", next.id);
    next.scrollIntoView({ block: "nearest" });
  }

  takeChosen(event) {
    const chosen = this.querySelector('[role="option"][aria-selected="true"]') ?? this.offered[0];
    // Enter chooses; it never sends a form in which nobody has been chosen yet.
    event.preventDefault();
    if (chosen?.getAttribute("role") === "option") this.take(chosen);
  }

  /** Say whether there is something to choose from, and what Enter would take. */
  tell() {
    this.field.setAttribute("aria-expanded", String(this.offered.length > 0));
    const first = this.querySelector('.option[aria-selected="true"]');
    if (first?.id) this.field.setAttribute("aria-activedescendant", first.id);
  }

  reveal(option) {
    const fold = document.getElementById(option.dataset.reveals);
    const field = fold.querySelector(`[name="${option.dataset.fills}"]`);
    this.close();
    fold.open = true;
    field.value = option.dataset.with ?? "";
    ([...fold.querySelectorAll("input")].find((input) => !input.value) ?? field).focus();
  }

  take(option) {
    if (!option || option.getAttribute("role") !== "option") return;
    if (option.dataset.reveals) return this.reveal(option);
    const hidden = this.querySelector('input[type="hidden"]');
    hidden.value = option.dataset.value;
    this.field.value = option.dataset.label ?? option.textContent.trim();
    this.close();
    hidden.dispatchEvent(new Event("change", { bubbles: true }));
    (document.querySelector(this.getAttribute("next") || "none") ?? this.field).focus();
  }

  forget(event) {
    if (event.target !== this.field) return;
    const hidden = this.querySelector('input[type="hidden"]');
    if (!hidden.value) return;
    hidden.value = "";
    hidden.dispatchEvent(new Event("change", { bubbles: true }));
  }

  close() {
    this.querySelector(".options")?.replaceChildren();
    this.field.removeAttribute("aria-activedescendant");
    this.field.setAttribute("aria-expanded", "false");
  }
}
customElements.define("person-picker", PersonPicker);
