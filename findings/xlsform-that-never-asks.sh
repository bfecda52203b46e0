#!/usr/bin/env bash
# An XLSForm in French whose required question is never required, and whose key is three lines of a file; pyxform has
# nothing to say against either.
#
# One would guess: what a form's table cannot mean is refused when the form is made.
# What happens: (1) `required` = "oui" is taken for an expression, and stands in the form as such, the name of a
# question that is not there: no phone ever asks for the answer. "yes" is the one word, in every language. (2) A public
# key with the lines of its PEM file ("-----BEGIN …") is put into the form as it is, though Collect takes the base64
# between those lines alone: the phone then cannot finish a single form, after the people were asked.
# Why it matters here: forms are made of tables by people who work in French, and the key is pasted from a file. Tests
# must look at what comes out, each condition and the key.
# Source: xlsform.org ("required"); getodk/collect, EncryptionUtils.getEncryptedFormInformation (Base64, then X.509);
# seen below, with pyxform 4.5.0. An empty translation is a finding of its own (answers-that-become-dashes).
# No network but for the package.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" install -q --disable-pip-version-check pyxform==4.5.0
cat > "$folder/see.py" <<'PY'
import re

from pyxform.xls2xform import convert

KEY = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----"
made = convert({
    "survey": [{"type": "text", "name": "what", "label": "Que s'est-il passé ?", "required": "oui"},
               {"type": "text", "name": "where", "label": "Où ?", "required": "yes"}],
    "settings": [{"form_id": "f", "form_title": "F", "version": "1", "public_key": KEY}],
})
said = re.findall(r'nodeset="/data/(\w+)"[^>]*required="([^"]*)"', made.xform)
key = re.search(r'base64RsaPublicKey="([^"]*)"', made.xform)[1]
print("required:", dict(said))
print("key begins:", key[:26])
print("warned of either:", [one for one in made.warnings if "oui" in one or "BEGIN" in one])
assert dict(said) == {"what": "oui", "where": "true()"} and key.startswith("-----BEGIN PUBLIC KEY-----")
PY
"$folder/v/bin/python" "$folder/see.py"
