// Keys for a desk. Everything is reached by Tab alone too.
const help = document.querySelector("[data-keys]");
document.querySelector("[data-keys-line]").hidden = false;

function move(by) {
  const links = [...document.querySelectorAll("tbody a.ref")];
  const at = links.indexOf(document.activeElement);
  links[at < 0 ? 0 : Math.min(Math.max(at + by, 0), links.length - 1)]?.focus();
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  n: () => document.querySelector("[data-steps] a.button")?.focus(),
  "/": () => document.querySelector("input[name=q]")?.focus(),
  "?": () => help.showModal(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, dialog[open], [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
  event.preventDefault();
  keys[event.key]();
});
