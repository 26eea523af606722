// What was chosen in a .files control is named in it, in the words of the page.

document.addEventListener("change", (event) => {
  const names = event.target.closest?.(".files")?.querySelector(".files-names");
  if (!names) return;
  names.textContent = [...event.target.files].map((file) => file.name).join(", ") || names.dataset.none;
});
