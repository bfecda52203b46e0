#!/usr/bin/env bash
# dateparser: a day as people write it in Baghdad, Damascus and Beirut, read from a register in Arabic.
#
# One would guess: `languages=["ar"]` reads the months of Arabic. They have other names in Iraq and the Levant (from the
# Syriac: nisan is April) than in Egypt or the Gulf, and others again in Algeria and Tunisia (from the French); the
# library has them all. Left to find the language itself, it finds the same or gives None.
# What happens: of the twelve months of Iraq Arabic reads none, of Algeria's five (those that Egypt has, too); each is
# read only where the country is said (`locales=["ar-IQ"]`). And without a language one of the twelve is read as
# another thing: "3 August 2026" by its Iraqi name is taken for Urdu, where a word that is written so means "now". The
# day and the year beside it count for nothing: it becomes the day on which the program runs, to the second.
# Why it matters here: companies that guard people in Iraq keep registers in these words. A lost day is seen when lines
# are counted; a complaint of August that is dated today is not, and all its time limits begin today.
# Source: seen below; the names are CLDR's own for ar-IQ and ar-DZ (months, format, wide).
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" install -q --disable-pip-version-check dateparser==1.5.0
cat > "$folder/see.py" <<'PY'
from datetime import datetime
from importlib.metadata import version

from dateparser.date import DateDataParser

MONTHS = {
    "IQ": "كانون الثاني,شباط,آذار,نيسان,أيار,حزيران,تموز,آب,أيلول,تشرين الأول,تشرين الثاني,كانون الأول",
    "DZ": "جانفي,فيفري,مارس,أفريل,ماي,جوان,جويلية,أوت,سبتمبر,أكتوبر,نوفمبر,ديسمبر",
    "EG": "يناير,فبراير,مارس,أبريل,مايو,يونيو,يوليو,أغسطس,سبتمبر,أكتوبر,نوفمبر,ديسمبر",
}
TODAY = {"RELATIVE_BASE": datetime(2019, 1, 31)}  # what the program takes for now


def read(parser, country):
    """The months of the days "3 MONTH 2026" that are read right, and whatever else is read."""
    right, wrong = [], {}
    for number, name in enumerate(MONTHS[country].split(","), 1):
        found = parser.get_date_data(f"3 {name} 2026")
        if found.date_obj == datetime(2026, number, 3):
            right.append(number)
        elif found.date_obj:
            wrong[number] = f"{found.date_obj:%Y-%m-%d} as {found.locale}"
    return f"{len(right)} of 12", wrong


print("dateparser", version("dateparser"))
for country in MONTHS:
    print(country, "in Arabic:", *read(DateDataParser(languages=["ar"], settings=TODAY), country))
    print(country, "as there:", *read(DateDataParser(locales=[f"ar-{country}"], settings=TODAY), country))
print("IQ without a language:", *read(DateDataParser(settings=TODAY), "IQ"))
PY
"$folder/v/bin/python" -W ignore "$folder/see.py" | tee "$folder/seen"
diff <(tail -n +2 "$folder/seen") - <<'SEEN'
IQ in Arabic: 0 of 12 {}
IQ as there: 12 of 12 {}
DZ in Arabic: 5 of 12 {}
DZ as there: 12 of 12 {}
EG in Arabic: 12 of 12 {}
EG as there: 12 of 12 {}
IQ without a language: 0 of 12 {8: '2019-01-31 as ur'}
SEEN
echo "as it was found"
