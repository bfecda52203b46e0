#!/usr/bin/env bash
# The package `holidays`: two countries' calendars added together, for an office that rests on the days of both.
#
# One would guess: `SA + KE` has the days off of both, so either each side's weekend is kept (Friday to Sunday), or
# the first one's.
# What happens: the days off are added, and the weekend of neither side is asked: the sum has Saturday and Sunday, in
# whichever order it is added, also for two countries that both rest on Friday and Saturday (Saudi Arabia and Egypt).
# A Friday then is a working day of a Saudi office and a Sunday is not: `is_working_day` and `get_nth_working_day` are
# wrong by a day each week, and nothing says so.
# Why it matters here: a region, or a company with sites in two countries, is just what one would build by adding; a
# time limit then ends on a day on which nobody works.
# Source: seen below; the package's documentation of HolidaySum speaks of days off, and says nothing of weekends.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" install -q --disable-pip-version-check holidays==0.109
cat > "$folder/see.py" <<'PY'
import datetime
from importlib.metadata import version

import holidays

FRIDAY, SUNDAY = datetime.date(2026, 6, 5), datetime.date(2026, 6, 7)
NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def of(code):
    return holidays.country_holidays(code, years=2026)


print("holidays", version("holidays"))
for name, days in {
    "SA": of("SA"), "EG": of("EG"), "KE": of("KE"),
    "SA + KE": of("SA") + of("KE"), "KE + SA": of("KE") + of("SA"), "SA + EG": of("SA") + of("EG"),
}.items():
    rest = " ".join(NAMES[day] for day in sorted(days.weekend))
    print(f"{name}: rests {rest}; works on Friday: {days.is_working_day(FRIDAY)}, Sunday: {days.is_working_day(SUNDAY)}")
PY
"$folder/v/bin/python" "$folder/see.py" | tee "$folder/seen"
diff <(tail -n +2 "$folder/seen") - <<'SEEN'
SA: rests Fri Sat; works on Friday: False, Sunday: True
EG: rests Fri Sat; works on Friday: False, Sunday: True
KE: rests Sat Sun; works on Friday: True, Sunday: False
SA + KE: rests Sat Sun; works on Friday: True, Sunday: False
KE + SA: rests Sat Sun; works on Friday: True, Sunday: False
SA + EG: rests Sat Sun; works on Friday: True, Sunday: False
SEEN
echo "as it was found"
