// Many choices, and a field that leaves those that have a word in them. What is ticked stays in sight.
for (const line of document.querySelectorAll("[data-filter]")) {
  const choices = [...line.parentElement.querySelectorAll("label.tick")];
  line.hidden = false;
  line.querySelector("input").addEventListener("input", (event) => {
    const word = event.target.value.trim().toLowerCase();
    for (const choice of choices) {
      choice.hidden = !choice.querySelector("input").checked && !choice.textContent.toLowerCase().includes(word);
    }
  });
}
