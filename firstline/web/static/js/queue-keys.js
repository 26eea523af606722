// j and k walk the rows of the queue, Enter opens, [ and ] open the ones beside the open ticket, u goes back to the
// queue, / searches, ? shows the keys. <button data-step="1"> does what ] does.
// Physical keys (event.code), so that a Cyrillic layout works too; <body data-keys="off"> switches them off.

const editable = "input, textarea, select, [contenteditable], dialog[open] *";

function rows() {
  return [...document.querySelectorAll(".queue .row-subject")];
}

function step(by) {
  const all = rows();
  if (!all.length) return;
  const open = all.findIndex((row) => row.closest(".row").getAttribute("aria-current") === "true");
  const at = all.indexOf(document.activeElement);
  const from = at >= 0 ? at : open;
  const next = all[Math.max(0, Math.min(all.length - 1, from + by))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

/** Open the ticket before or after the one that is open; at the end, ask for more lines. */
function open(by) {
  const all = rows();
  const at = all.findIndex((row) => row.closest(".row").getAttribute("aria-current") === "true");
  const next = at < 0 ? all[0] : all[at + by];
  if (next) next.click();
  else if (by > 0) document.querySelector("#queue-more a")?.click();
  next?.scrollIntoView({ block: "nearest" });
}

const keys = {
  KeyJ: () => step(1),
  KeyK: () => step(-1),
  KeyU: () => document.querySelector("[data-key-back]")?.click(),
  BracketLeft: () => open(-1),
  BracketRight: () => open(1),
  Slash: () => document.querySelector("[data-key-search]")?.select(),
  KeyC: () => document.querySelector("[data-key-new]")?.click(),
  KeyR: () => write("reply"),
  KeyN: () => write("note"),
};

function write(kind) {
  const choice = document.querySelector(`.composer input[value="${kind}"]`);
  if (!choice) return;
  choice.checked = true;
  choice.dispatchEvent(new Event("change", { bubbles: true }));
  choice.form.querySelector("textarea").focus();
}

// Single keys can be switched off in this browser (WCAG 2.1.4), by the [data-keys-switch] of their list.
const KEPT = "keys";
const switches = document.querySelectorAll("[data-keys-switch]");
document.body.dataset.keys = localStorage.getItem(KEPT) ?? "on";
for (const box of switches) box.checked = document.body.dataset.keys === "on";
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-keys-switch]")) return;
  document.body.dataset.keys = event.target.checked ? "on" : "off";
  localStorage.setItem(KEPT, document.body.dataset.keys);
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.body.dataset.keys === "off") return;
  if (event.code === "Escape" && event.target.matches?.(editable)) return event.target.blur();
  if (event.target.matches?.(editable)) return;
  const help = event.key === "?" || (event.code === "Slash" && event.shiftKey);
  const deed = help ? () => document.getElementById("keys")?.showModal() : event.shiftKey ? null : keys[event.code];
  const letter = event.key.length === 1 && document.querySelector(`[data-key="${event.code}"]`);
  if (!deed && !letter) return;
  event.preventDefault();
  if (deed) deed();
  else letter.click();
});

document.addEventListener("click", (event) => {
  const by = event.target.closest("[data-step]")?.dataset.step;
  if (by) open(Number(by));
});

// The row of the open ticket is marked at once, not when the answer comes.
document.addEventListener("click", (event) => {
  const row = event.target.closest(".queue .row-subject")?.closest(".row");
  if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
  for (const other of document.querySelectorAll('.row[aria-current="true"]')) other.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
});
