// <person-picker>: an input whose hx-get fills .options with button.option; arrows walk them, Enter takes one.
// The chosen option's data-value goes to the hidden field, its data-label to the input.

class PersonPicker extends HTMLElement {
  connectedCallback() {
    this.addEventListener("keydown", this);
    this.addEventListener("click", this);
    this.addEventListener("input", this);
  }

  disconnectedCallback() {
    this.removeEventListener("keydown", this);
    this.removeEventListener("click", this);
    this.removeEventListener("input", this);
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
    const chosen = this.querySelector('.option[aria-selected="true"]') ?? this.offered[0];
    if (!chosen) return;
    event.preventDefault();
    this.take(chosen);
  }

  take(option) {
    if (!option || option.tagName === "A") return;
    const hidden = this.querySelector('input[type="hidden"]');
    hidden.value = option.dataset.value;
    this.field.value = option.dataset.label ?? option.textContent.trim();
    this.close();
    hidden.dispatchEvent(new Event("change", { bubbles: true }));
    this.field.focus();
  }

  forget(event) {
    if (event.target !== this.field) return;
    const hidden = this.querySelector('input[type="hidden"]');
    if (hidden.value) hidden.value = "";
  }

  close() {
    this.querySelector(".options")?.replaceChildren();
    this.field.removeAttribute("aria-activedescendant");
  }
}
customElements.define("person-picker", PersonPicker);
