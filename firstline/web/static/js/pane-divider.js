// <pane-divider>: the width of the list, by pointer or arrow keys, remembered in this browser.

const KEY = "list-width";

class PaneDivider extends HTMLElement {
  connectedCallback() {
    this.console = this.closest(".console");
    const width = Number(localStorage.getItem(KEY));
    if (width) this.lay(width);
    else this.setAttribute("aria-valuenow", this.list().offsetWidth);
    this.addEventListener("pointerdown", this);
    this.addEventListener("keydown", this);
  }

  disconnectedCallback() {
    this.removeEventListener("pointerdown", this);
    this.removeEventListener("keydown", this);
  }

  handleEvent(event) {
    this[`on_${event.type}`]?.(event);
  }

  on_pointerdown(event) {
    this.setPointerCapture(event.pointerId);
    this.dataset.dragging = "";
    const list = this.list();
    const move = (moved) => this.lay(Math.abs(moved.clientX - list.getBoundingClientRect().left));
    const end = () => {
      delete this.dataset.dragging;
      this.removeEventListener("pointermove", move);
    };
    this.addEventListener("pointermove", move);
    this.addEventListener("lostpointercapture", end, { once: true });
  }

  on_keydown(event) {
    const by = { ArrowLeft: -16, ArrowRight: 16 }[event.key];
    if (!by) return;
    event.preventDefault();
    this.lay(this.list().offsetWidth + by);
  }

  list() {
    return this.console.querySelector(".pane-list");
  }

  lay(width) {
    const held = Math.round(Math.max(288, Math.min(900, width)));
    this.console.style.setProperty("--list-width", `${held}px`);
    this.setAttribute("aria-valuenow", held);
    localStorage.setItem(KEY, held);
  }
}
customElements.define("pane-divider", PaneDivider);
