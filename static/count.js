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
