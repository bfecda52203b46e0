// Passkeys. What one opens goes into the form only as that leaves: it never lies in the page.
const box = document.querySelector("[data-passkey]"), form = box.closest("form"), sent = [];
const asked = JSON.parse(box.dataset.passkey), [press, said] = box.querySelectorAll("button, [role=status]");
const keys = navigator.credentials, Key = window.PublicKeyCredential;

async function show({ create, get }) {
  const shown = (await (create ? keys.create({ publicKey: Key.parseCreationOptionsFromJSON(create) })
    : keys.get({ publicKey: Key.parseRequestOptionsFromJSON(get) }))).toJSON();
  if (get) sent.push(["prf", shown.clientExtensionResults.prf?.results?.first ?? ""]);
  delete shown.clientExtensionResults;
  sent.push(["passkey", JSON.stringify(shown)]);
}

press.addEventListener("click", async () => {
  press.disabled = true;
  try {
    for (; asked.length; asked.shift()) {
      said.textContent = asked[0].say;
      await show(asked[0]);
    }
    form.requestSubmit();
  } catch (fault) {
    said.textContent = said.dataset[fault.name.toLowerCase()] ?? said.dataset.failed;
    press.disabled = false;
  }
});
form.addEventListener("formdata", ({ formData }) => sent.forEach((one) => formData.append(...one)));
box.hidden = !Key?.parseRequestOptionsFromJSON;
