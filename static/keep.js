// Keeps what is typed on a step's page, at most every five seconds. Without it the button "Keep for later" does the same.
const form = document.querySelector("form[data-keep]");
const said = form.querySelector("[data-kept]");
const every = 5000;
let timer = 0, last = 0, running = null;

function words() {
  const typed = new FormData(form);
  for (const field of form.querySelectorAll("input[type=file]")) typed.delete(field.name);
  return new URLSearchParams(typed);
}

// By the clock that the page's other times are by; a browser that does not know that zone shows its own time.
function time() {
  const shape = { hour: "2-digit", minute: "2-digit" }, lang = document.documentElement.lang, now = new Date();
  try {
    return `${now.toLocaleTimeString(lang, { ...shape, timeZone: said.dataset.zone })}, ${said.dataset.place}`;
  } catch {
    return now.toLocaleTimeString(lang, shape);
  }
}

async function keep() {
  clearTimeout(timer);
  timer = 0;
  last = Date.now();
  running = new AbortController();
  const request = { method: "POST", body: words(), headers: { "X-Keep": "1" }, redirect: "error", keepalive: true };
  try {
    const answer = await fetch(form.dataset.keep, { ...request, signal: running.signal });
    if (answer.status !== 204) throw new Error();
    said.textContent = `${said.dataset.kept} ${time()}`;
  } catch {
    if (!running.signal.aborted) said.textContent = said.dataset.unkept;
  }
}

form.addEventListener("input", () => { timer ||= setTimeout(keep, Math.max(500, last + every - Date.now())); });
form.addEventListener("submit", () => { clearTimeout(timer); timer = 0; running?.abort(); });
document.addEventListener("visibilitychange", () => { if (document.hidden && timer) keep(); });
