// <undo-note seconds="10">: counts down while a reply can still be taken back, then goes; pressed, it goes at once.

class UndoNote extends HTMLElement {
  connectedCallback() {
    this.until = Date.now() + Number(this.getAttribute("seconds")) * 1000;
    this.timer = setInterval(() => this.tick(), 250);
    this.addEventListener("htmx:afterRequest", this);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    this.removeEventListener("htmx:afterRequest", this);
  }

  handleEvent() {
    this.remove();
  }

  tick() {
    const left = Math.ceil((this.until - Date.now()) / 1000);
    if (left <= 0) this.remove();
    else this.querySelector("[data-left]").textContent = left;
  }
}
customElements.define("undo-note", UndoNote);
