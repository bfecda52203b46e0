#!/usr/bin/env bash
# python-docx: the text of a statement in which somebody inserted words with "track changes" switched on.
#
# One would guess: `paragraph.text` is what a reader of the document sees. Word shows inserted words (coloured) in the
# sentence; deleted ones are struck through.
# What happens: `text` has neither. Runs inside `w:ins` are no children of the paragraph, and are passed over, as are
# words in a content control (`w:sdt`, a form's field). "The guard did not hit him. (Gate 4)" is read as "The guard
# hit him." and nothing says that something was passed over. After "accept all changes" the same sentence is read
# whole.
# Why it matters here: statements go through several hands, and are searched, translated or summarised from `text`.
# The one word that was added is the one that mattered to whoever added it.
# Source: seen below; ISO/IEC 29500-1, 17.13.5.18 (inserted run content is part of the document until it is rejected).
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" install -q --disable-pip-version-check python-docx==1.2.0
cat > "$folder/see.py" <<'PY'
import io
from importlib.metadata import version

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

RUN = '<w:r><w:t xml:space="preserve">{}</w:t></w:r>'
INSERTED = '<w:ins {} w:id="1" w:author="x" w:date="2026-05-03T10:00:00Z">{}</w:ins>'
FIELD = "<w:sdt {}><w:sdtContent>{}</w:sdtContent></w:sdt>"


def read(accepted):
    document = Document()
    paragraph = document.add_paragraph("The guard ")
    if accepted:
        paragraph.add_run("did not ")
    else:
        paragraph._p.append(parse_xml(INSERTED.format(nsdecls("w"), RUN.format("did not "))))
    paragraph.add_run("hit him.")
    paragraph._p.append(parse_xml(FIELD.format(nsdecls("w"), RUN.format(" (Gate 4)"))))
    kept = io.BytesIO()
    document.save(kept)
    return Document(io.BytesIO(kept.getvalue())).paragraphs[0].text


print("python-docx", version("python-docx"))
print("inserted, not yet accepted:", read(accepted=False))
print("accepted:", read(accepted=True))
PY
"$folder/v/bin/python" "$folder/see.py" | tee "$folder/seen"
diff <(tail -n +2 "$folder/seen") - <<'SEEN'
inserted, not yet accepted: The guard hit him.
accepted: The guard did not hit him.
SEEN
echo "as it was found"
