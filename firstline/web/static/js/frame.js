// What every page does: notices that go, menus that close, failures that are said, the theme without a reload.

document.documentElement.classList.add("has-js");

class ToastNote extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
    const stays = this.getAttribute("role") === "alert";
    if (!stays) this.timer = setTimeout(() => this.remove(), 8000);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.removeEventListener("click", this);
  }

  handleEvent(event) {
    if (event.target.closest("[data-close]")) this.remove();
  }
}
customElements.define("toast-note", ToastNote);

/** Show a sentence that the server could not send. */
function say(sentence) {
  const flash = document.getElementById("flash");
  if (!flash || !sentence) return;
  const note = document.createElement("toast-note");
  note.className = "toast";
  note.dataset.tone = "late";
  note.setAttribute("role", "alert");
  const words = document.createElement("p");
  words.textContent = sentence;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button button-quiet button-small";
  close.dataset.close = "";
  close.textContent = flash.dataset.close;
  note.append(words, close);
  flash.append(note);
}

document.addEventListener("htmx:sendError", () => say(document.getElementById("flash")?.dataset.offline));
document.addEventListener("htmx:responseError", (event) => {
  const { gone, failed } = document.getElementById("flash")?.dataset ?? {};
  say([403, 404].includes(event.detail.xhr.status) ? gone : failed);
});

// A menu closes when something else is pressed, and on Escape, where the focus returns to it.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
  event.stopPropagation();
}, true);

// <button data-opens="id"> opens the <dialog> with that id; [data-closes] closes the one it is in.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  event.target.closest("[data-closes]")?.closest("dialog")?.close();
});

// <button data-copies="text"> copies; its title says so for a moment.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copies);
  button.dataset.copied = "";
  setTimeout(() => delete button.dataset.copied, 1500);
});

// The theme changes at once; the server is told, so that the next page comes in it.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-theme-switch]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  const theme = event.submitter.value;
  document.documentElement.dataset.theme = theme;
  for (const button of form.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button === event.submitter));
  }
  const body = new FormData(form);
  body.set("to", theme);
  fetch(form.action, { method: "POST", body, redirect: "manual" });
});

// A plain form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  // What is sent into a frame, to look at it, may be sent again at once.
  if (event.defaultPrevented || form.method !== "post" || event.submitter?.formTarget) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 5000);
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
