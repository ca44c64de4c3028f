// The only script. Pages work without it: "/" goes to the search box, and the error summary takes the focus.
addEventListener("keydown", (event) => {
  const at = event.target;
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || at.matches("input, textarea, select")) return;
  const box = document.getElementById("q");
  if (box) { event.preventDefault(); box.focus(); }
});
document.getElementById("errors")?.focus();
