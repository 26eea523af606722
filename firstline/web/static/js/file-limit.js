// A file field with data-limit says at once that the files are too large, instead of after the upload.

document.addEventListener("change", (event) => {
  const field = event.target;
  const limit = Number(field.dataset?.limit);
  if (field.type !== "file" || !limit) return;
  const size = [...field.files].reduce((sum, file) => sum + file.size, 0);
  const words = field.closest(".field")?.querySelector(".help")?.textContent.trim() ?? "";
  const megabytes = Math.floor(limit / 1024 / 1024);
  field.setCustomValidity(size > limit ? words || `≤ ${megabytes} MB` : "");
  if (size > limit) field.reportValidity();
});
