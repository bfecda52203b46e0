// Shows how far an upload is. Without it the form works the same, only silently.
document.querySelectorAll("form[enctype]").forEach((form) => {
  form.addEventListener("submit", (event) => {
    const chosen = [...form.querySelectorAll("input[type=file]")].some((field) => field.files.length);
    if (!chosen || event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    const body = new FormData(form, event.submitter);
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.setAttribute("aria-label", form.dataset.progress);
    form.append(bar);
    const request = new XMLHttpRequest();
    request.open("POST", form.getAttribute("action"));
    request.upload.onprogress = (at) => { if (at.lengthComputable) bar.value = at.loaded / at.total; };
    request.onload = () => {
      if (request.status < 400) return location.assign(request.responseURL);
      document.body.replaceWith(new DOMParser().parseFromString(request.responseText, "text/html").body);
      document.querySelectorAll("main script[src]").forEach((old) => {  // one that was parsed so does not run by itself
        const again = document.createElement("script");
        again.src = old.src;
        old.replaceWith(again);
      });
      document.querySelector("[role=alert]")?.focus();
    };
    request.onerror = () => { bar.remove(); const lost = form.querySelector("[data-lost]"); lost.hidden = false; lost.scrollIntoView({ block: "center" }); };
    request.send(body);
  });
});
// Near the limit of a text, how much of it is used. Without it the limit stands beside the field.
document.querySelectorAll("[data-count]").forEach((said) => {
  const { count, most, said: words, digits } = said.dataset;
  const field = document.getElementById(count);
  const show = () => {
    const used = [...field.value].length;
    said.hidden = used <= most * 0.8;
    said.textContent = words.replace("#", String(used).replace(/\d/g, (one) => [...digits][one]));
  };
  field.addEventListener("input", show);
  show();
});
