#!/usr/bin/env bash
# typst: a telephone and a day in an Arabic letter, in print and in what is copied from the file.
#
# One would guess: the page is in Arabic (`lang: "ar"`), so letters run from the right and a number is printed as it
# was typed. Languages that are written in Arabic letters run from the right, too.
# What happens: "+254 700 123 456" is printed 456 123 700 254+, "2026-12-07" 07-12-2026: between letters from the right
# each group is a word of its own, which is what the Unicode rules say of plain text. With spaces that do not break
# the groups stay in their order and the + still stands behind; with U+200E around, print is right and what is copied is
# in the wrong order. Both together are right in print and in what is copied of the number. `lang: "ckb"` (Sorani) and `lang: "prs"` (Dari) run from the left, with no warning: only a few languages
# are known. An English paragraph on a page that runs from the right has its full stop in front.
# Not shown below: with Noto Sans Arabic, which joins more letters in one sign, على is copied with two of its letters
# in each other's place; with the font that typst brings it is not.
# Why it matters here: somebody afraid dials the number that is printed. Months and days that change places make a
# deadline pass.
# Source: seen below, by where each sign stands in the file (pypdfium2); Unicode Standard Annex 9, W2 to W7 and N1.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" install -q --disable-pip-version-check typst==0.15.2 pypdfium2==5.15.2
cat > "$folder/see.py" <<'PY'
from importlib.metadata import version

import pypdfium2
import typst

PHONE, DAY, KEPT, MARK = "+254 700 123 456", "2026-12-07", "\u00a0", "\u200e"
PAGE = """#set page(width: 300mm, height: 40mm)
#set text(font: "DejaVu Sans Mono", lang: "%s"%s)
%s"""


def made(lang, said, side=""):
    source = PAGE % (lang, f", dir: {side}" if side else "", said)
    pdf = typst.compile(source.encode(), ignore_system_fonts=True)
    return pypdfium2.PdfDocument(pdf)[0].get_textpage()


def printed(lang, said, side=""):
    """The signs of the one line as they stand on the paper, from the left."""
    text = made(lang, said, side)
    signs = [(text.get_charbox(n, loose=True)[0], text.get_text_range(n, 1)) for n in range(text.count_chars())]
    return "".join(sign for _left, sign in sorted(signs) if sign.strip(f"{KEPT}{MARK} \r\n"))


def order(line, number):
    whole = number.replace(" ", "")
    return "as typed" if whole in line else "other: " + "".join(one for one in line if one in "+-0123456789")


print("typst", version("typst"), "pypdfium2", version("pypdfium2"))
WAYS = {"as typed": lambda said: said, "U+00A0": lambda said: said.replace(" ", KEPT),
        "U+200E": lambda said: MARK + said + MARK, "both": lambda said: MARK + said.replace(" ", KEPT) + MARK}
for name, way in WAYS.items():
    said = f"اتصل {way(PHONE)} غدا"
    copied = made("ar", said).get_text_range().replace(KEPT, " ").replace(MARK, "")
    print(f"{name}: printed {order(printed('ar', said), PHONE)}; copied {'as typed' if PHONE in copied else 'not'}")
print("a day:", order(printed("ar", f"قبل {DAY} هنا"), DAY), "| with U+200E:",
      order(printed("ar", f"قبل {MARK}{DAY}{MARK} هنا"), DAY))
for lang in ("ar", "fa", "ckb", "prs"):
    line = printed(lang, "Hit him.")
    print(f"{lang}: an English sentence is printed {line}, with dir: ltr {printed(lang, 'Hit him.', 'ltr')}")
PY
"$folder/v/bin/python" "$folder/see.py" | tee "$folder/seen"
diff <(tail -n +2 "$folder/seen") - <<'SEEN'
as typed: printed other: 456123700254+; copied not
U+00A0: printed other: 254700123456+; copied not
U+200E: printed as typed; copied not
both: printed as typed; copied as typed
a day: other: 07-12-2026 | with U+200E: as typed
ar: an English sentence is printed .Hithim, with dir: ltr Hithim.
fa: an English sentence is printed .Hithim, with dir: ltr Hithim.
ckb: an English sentence is printed Hithim., with dir: ltr Hithim.
prs: an English sentence is printed Hithim., with dir: ltr Hithim.
SEEN
echo "as it was found"
