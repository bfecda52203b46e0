// The code of an invitation stands in its link behind "#". It goes into the field, and out of the address and history.
const field = document.querySelector("[data-from-link]");
if (field && location.hash.length > 1) {
  field.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname + location.search);
}
