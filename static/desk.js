// Keys for a desk. Everything is reached by Tab alone too, and they can be switched off (WCAG 2.1.4).
const help = document.querySelector("[data-keys]");
const line = document.querySelector("[data-keys-line]");
const turn = document.querySelector("[data-keys-switch]");
line.hidden = false;

let off = false;
try {
  off = localStorage.getItem("keys") === "off";
} catch {} // where nothing can be kept, they are on again on the next page

function say() {
  turn.textContent = off ? turn.dataset.off : turn.dataset.on;
  turn.setAttribute("aria-pressed", String(!off));
}

turn.addEventListener("click", () => {
  off = !off;
  try {
    if (off) localStorage.setItem("keys", "off");
    else localStorage.removeItem("keys");
  } catch {}
  say();
});
say();

function move(by) {
  const links = [...document.querySelectorAll("tbody a.ref")];
  const at = links.indexOf(document.activeElement);
  links[at < 0 ? 0 : Math.min(Math.max(at + by, 0), links.length - 1)]?.focus();
}

function marked(key) {
  const found = document.querySelector(`[data-key="${key}"]`);
  if (found?.tagName === "FORM") found.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  else found?.click();
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  n: () => (document.querySelector("[data-key=n]") ? marked("n") : document.querySelector("[data-steps] a.button")?.focus()),
  x: () => document.activeElement.closest?.("tr")?.querySelector("input[name=case]")?.click(),
  "/": () => document.querySelector("input[name=q]")?.focus(),
  "?": () => help.showModal(),
};
for (const key of ["a", "o", "p"]) keys[key] = () => marked(key);

document.addEventListener("keydown", (event) => {
  const kind = event.target.type;
  const ticks = kind === "checkbox" || kind === "radio";
  const typing = !ticks && event.target.closest?.("input, textarea, select, dialog[open], [contenteditable]");
  if (off || typing || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
  event.preventDefault();
  keys[event.key]();
});
