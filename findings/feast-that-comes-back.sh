#!/usr/bin/env bash
# The package `holidays`: a feast that was taken out of a calendar by its name, and the next year.
#
# One would guess: `pop_named` takes a feast out of the calendar; its documentation says "this method removes all dates
# associated with a holiday name, so they are no longer considered holidays".
# What happens: it takes out the dates of those years that somebody has asked for until then. A calendar makes its years
# when they are first asked for, so that the feast is back in each year that is made afterwards, the one before too: the
# office that struck it in 2026 has it again in 2027, and nothing says so.
# Why it matters here: a feast that is taken out must stay out, or the dates of what is owed depend on which year
# somebody looked at first.
# Source: seen below; the sentence is from the docstring of HolidayBase.pop_named, version 0.109.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" install -q --disable-pip-version-check holidays==0.109
cat > "$folder/see.py" <<'PY'
from datetime import date
from importlib.metadata import version

import holidays

BOXING_DAYS = [date(year, 12, 26) for year in (2025, 2026, 2027)]
print("holidays", version("holidays"))
for asked in ((2026,), (2026, 2027), ()):
    kenya = holidays.country_holidays("KE", years=asked, language="en_KE")
    try:
        gone = [day.year for day in kenya.pop_named("Boxing Day", lookup="exact")]
    except KeyError:
        gone = "not a holiday"
    still = [day.year for day in BOXING_DAYS if day in kenya]
    print(f"years made {list(asked)}: taken out {gone}; a holiday afterwards in {still}")
PY
"$folder/v/bin/python" "$folder/see.py" | tee "$folder/seen"
diff <(tail -n +2 "$folder/seen") - <<'SEEN'
years made [2026]: taken out [2026]; a holiday afterwards in [2025, 2027]
years made [2026, 2027]: taken out [2026, 2027]; a holiday afterwards in [2025]
years made []: taken out not a holiday; a holiday afterwards in [2025, 2026, 2027]
SEEN
echo "as it was found"
