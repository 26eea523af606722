// Actions on a ticket: their forms open in the dialog, which closes when the ticket comes back changed;
// Ctrl-Enter sends what is chosen, the newest entry is in sight, and a permalink leads to its entry.

const dialog = () => document.getElementById("action");

document.addEventListener("htmx:afterSwap", (event) => {
  const { target } = event.detail;
  if (target.id === "action" && !target.open) {
    for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
    target.showModal();
  }
  if (target.id === "action") focusFirst(target);
  if (target.id !== "ticket-region") return;
  dialog()?.close();
  toNewest();
});

// Cancel closes the dialog; without one (a page of its own) it is a link.
document.addEventListener("click", (event) => {
  const closes = event.target.closest("#action [data-closes]");
  if (closes) event.preventDefault();
});

// A form that was sent with Ctrl-Enter is sent by the button of the kind that is chosen.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest?.(".composer");
  if (!form) return;
  event.preventDefault();
  event.stopPropagation();
  const kind = form.querySelector('input[name="kind"]:checked')?.value ?? "note";
  form.requestSubmit(form.querySelector(`.when-${kind}[data-default]`));
}, true);

// Reply or note is chosen when it is pressed, not when it is let go: until then the composer may have unfolded.
document.addEventListener("mousedown", (event) => {
  const label = event.target.closest?.(".composer-kinds label");
  if (!label) return;
  event.preventDefault();
  const choice = label.querySelector("input");
  choice.checked = true;
  choice.dispatchEvent(new Event("change", { bubbles: true }));
  choice.form.querySelector("textarea").focus();
});

// The files that go along are named beside the button that took them.
document.addEventListener("change", (event) => {
  if (!event.target.matches?.('.attach input[type="file"]')) return;
  const names = [...event.target.files].map((file) => file.name).join(", ");
  event.target.form.querySelector(".attached").textContent = names;
});

function focusFirst(within) {
  const wrong = within.querySelector('[aria-invalid="true"]');
  (wrong ?? within.querySelector("select, textarea, input:not([type=hidden])"))?.focus();
}

function toNewest() {
  const talk = document.getElementById("talk");
  const named = location.hash && document.querySelector(`.ticket-talk ${CSS.escape(location.hash).replace("\\#", "#")}`);
  if (named) named.scrollIntoView({ block: "center" });
  else if (talk) talk.scrollTop = talk.scrollHeight;
}

toNewest();
