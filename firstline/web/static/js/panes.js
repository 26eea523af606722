// The ticket beside its list: opened without a new page, left again by [data-key-back], and a list that renews itself.

const pane = (id) => document.getElementById(id);

function rows() {
  return [...document.querySelectorAll(".queue .row-subject")];
}

/** Mark the line of the ticket that the address names. */
function mark() {
  for (const row of rows()) {
    const open = new URL(row.href).pathname === location.pathname;
    const line = row.closest(".row");
    if (open) line.setAttribute("aria-current", "true");
    else line.removeAttribute("aria-current");
  }
}

document.addEventListener("htmx:afterSettle", (event) => {
  const opened = event.detail.target?.id === "ticket-region";
  if (opened && pane("main").dataset.pane === "list") pane("main").dataset.pane = "ticket";
  mark();
  // On a small screen the list has gone, and the focus with it.
  if (opened && pane("list").offsetParent === null) pane("ticket").focus();
});

document.addEventListener("click", (event) => {
  const back = event.target.closest("[data-key-back]");
  if (!back || !pane("queue") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const left = rows().find((row) => row.closest(".row").getAttribute("aria-current") === "true");
  history.pushState({ htmx: true }, "", back.href);
  pane("main").dataset.pane = "list";
  pane("ticket-region").replaceChildren();
  mark();
  (left ?? pane("main")).focus();
});

// Whoever has loaded more lines, or is choosing a filter, is told of news instead of having the list replaced.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { requestConfig, target } = event.detail;
  if (target.id === "queue-more") pane("queue").dataset.extended = "";
  if (!requestConfig?.elt.matches?.("[data-queue-poll]")) return;
  const pill = document.querySelector("[data-queue-pill]");
  if (!pill || !("extended" in pane("queue").dataset)) return;
  event.detail.shouldSwap = false;
  pill.hidden = event.detail.xhr.status !== 200;
});

// The list asks again by itself in a while; nobody has to be told each time that it could not.
for (const failure of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(failure, (event) => {
    if (event.detail.elt?.matches?.("[data-queue-poll]")) event.stopImmediatePropagation();
  }, true);
}

mark();
