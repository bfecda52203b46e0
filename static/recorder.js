// A recorder in the page, where the browser has one. Without it the field opens the phone's own.
document.querySelectorAll("[data-recorder]").forEach((box) => {
  const field = document.getElementById(box.dataset.recorder), form = field.form;
  const [record, stop, away] = box.querySelectorAll("button"), said = box.querySelector("[role=status]"), audio = box.querySelector("audio");
  if (!window.MediaRecorder || !navigator.mediaDevices || !window.DataTransfer) return;
  let recorder = null, ticking = 0, then = null;
  const digits = (number) => String(number).replace(/\d/g, (one) => box.dataset.digits[one]);
  const say = (words) => { said.textContent = words; };
  const show = (running, kept) => { record.hidden = running; stop.hidden = !running; away.hidden = running || !kept; audio.hidden = running || !kept; };
  const put = (file) => {
    const chosen = new DataTransfer();
    if (file) chosen.items.add(file);
    field.files = chosen.files;
  };
  const listen = () => {
    const file = field.files[0];
    URL.revokeObjectURL(audio.src);
    if (file) audio.src = URL.createObjectURL(file); else audio.removeAttribute("src");
    show(false, file);
    if (file) say(box.dataset.done);
  };
  const end = (pieces, stream) => {
    clearInterval(ticking);
    stream.getTracks().forEach((track) => track.stop());
    const type = recorder.mimeType || "audio/webm";
    recorder = null;
    put(new File(pieces, "recording." + (type.includes("mp4") ? "m4a" : type.includes("ogg") ? "ogg" : "webm"), { type }));
    listen();
    if (then) form.requestSubmit(then.button); else away.focus();
    then = null;
  };
  const begin = (stream) => {
    const pieces = [], began = Date.now();
    recorder = new MediaRecorder(stream, { audioBitsPerSecond: 32000 });
    recorder.ondataavailable = (one) => pieces.push(one.data);
    recorder.onstop = () => end(pieces, stream);
    recorder.start(1000);
    const tick = () => {
      const seconds = Math.floor((Date.now() - began) / 1000);
      audio.title = digits(Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0"));
      stop.firstChild.textContent = stop.dataset.word + " (" + audio.title + ")";
      if (seconds >= 1200 && recorder) recorder.stop();
    };
    stop.dataset.word = stop.dataset.word || stop.textContent;
    tick();
    ticking = setInterval(tick, 1000);
    show(true, false);
    say(box.dataset.speak);
    stop.focus();
  };
  record.onclick = () => navigator.mediaDevices.getUserMedia({ audio: true }).then(begin).catch(() => say(box.dataset.refused));
  stop.onclick = () => recorder && recorder.stop();
  away.onclick = () => { put(null); listen(); say(box.dataset.gone); record.focus(); };
  field.addEventListener("change", listen);
  form.addEventListener("submit", (event) => {
    if (!recorder) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    then = { button: event.submitter };
    recorder.stop();
  });
  box.hidden = false;
});
