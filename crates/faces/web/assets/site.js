// The only script. Pages work without it: "/" goes to the search box, function keys press buttons, the error summary takes the focus, a
// code that lives for some seconds counts them down.
addEventListener("keydown", (event) => {
  const at = event.target;
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || at.matches("input, textarea, select")) return;
  const box = document.getElementById("q");
  if (box) { event.preventDefault(); box.focus(); }
});
// Consoles: F2, F4, F9 … press the button that bears the key.
addEventListener("keydown", (event) => {
  const button = /^F\d+$/.test(event.key) && document.querySelector(`[data-key="${event.key}"]`);
  if (button) { event.preventDefault(); button.click(); }
});
document.getElementById("errors")?.focus();
const code = document.querySelector("[data-seconds]");
if (code) {
  const bar = document.getElementById("left"), strong = document.createElement("b");
  const end = performance.now() + 1000 * code.dataset.seconds;
  const tick = () => {
    const left = Math.ceil((end - performance.now()) / 1000);
    if (bar) bar.value = Math.max(left, 0);
    if (left > 0) { strong.textContent = `${left} 秒`; code.replaceChildren(strong, "内有效"); setTimeout(tick, 250); }
    else code.textContent = code.dataset.over;
  };
  tick();
}
