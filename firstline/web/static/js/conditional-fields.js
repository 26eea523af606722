// <conditional-field field="name" equals="value">: shown only while another field of the form has that value.
// Without a script all of them are shown, and the server asks only for those whose condition holds.

class ConditionalField extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.form.addEventListener("input", this);
    this.handleEvent();
  }

  disconnectedCallback() {
    this.form.removeEventListener("input", this);
  }

  handleEvent() {
    const wanted = this.getAttribute("equals").split("|");
    const fields = [...this.form.elements].filter((one) => one.name === this.getAttribute("field"));
    const given = fields.map((one) => (/radio|checkbox/.test(one.type) ? (one.checked ? one.value : "") : one.value));
    this.hidden = !given.some((value) => wanted.includes(value));
    for (const one of this.querySelectorAll("input, select, textarea")) one.disabled = this.hidden;
  }
}
customElements.define("conditional-field", ConditionalField);
