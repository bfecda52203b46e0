// Covers the page before the network is asked for anything. The address and the words of this page are given up at once;
// the visit ends as soon as the server can be reached, and until then the page stays empty.
(() => {
  const link = document.querySelector(".leave");
  let presses = 0, last = 0;
  const end = () => fetch(link.href, { cache: "no-store" })
    .then(() => location.replace(link.href), () => setTimeout(end, 2000));
  const leave = () => {
    stop();
    document.documentElement.replaceChildren();
    history.replaceState(null, "", link.href);
    end();
  };
  addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-leave]")) return;
    event.preventDefault();
    leave();
  });
  addEventListener("keydown", (event) => {
    if (event.repeat) return;
    presses = event.key !== "Shift" ? 0 : event.timeStamp - last < 700 ? presses + 1 : 1;
    last = event.timeStamp;
    if (presses === 3) leave();
  });
  document.querySelectorAll("[data-shift]").forEach((words) => { words.hidden = false; });
})();
