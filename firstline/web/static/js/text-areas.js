// Textareas grow with their text where CSS cannot do it, send on Ctrl-Enter, and take pasted pictures.

const grows = CSS.supports("field-sizing", "content");

document.addEventListener("input", (event) => {
  const area = event.target;
  if (grows || area.tagName !== "TEXTAREA") return;
  area.style.blockSize = "auto";
  area.style.blockSize = `${area.scrollHeight + 2}px`;
});

document.addEventListener("keydown", (event) => {
  if (event.code !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest?.("textarea")?.form;
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});

// A picture pasted into a text joins the file field of the same form.
document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  const field = event.target.closest?.("textarea")?.form?.querySelector('input[type="file"]');
  if (!files.length || !field) return;
  event.preventDefault();
  const all = new DataTransfer();
  for (const file of [...field.files, ...files]) all.items.add(file);
  field.files = all.files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
});
