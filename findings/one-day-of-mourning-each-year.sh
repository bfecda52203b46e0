#!/usr/bin/env bash
# The package `workalendar`: a day off that was declared once is there every year.
#
# One would guess: a day off that a government declared for one date (Kenya closed its offices on Tuesday, 11 February
# 2020, for the memorial of a former president) is a day off on that date.
# What happens: workalendar has "Moi Memorial Day" on 11 February of each year from 2020 on, and 31 December as a day
# off in Kenya in every year. `holidays` has the first in 2020 alone and the second in none. Fifteen working days from
# 2 February 2026 end a day later by workalendar.
# Why it matters here: a company's calendar that is taken from a package as it is gives it days that it does not have,
# and a complainant waits longer for them; two packages that agree on most days are no check of the rest.
# Source: workalendar 17.0.0, africa/kenya.py, `if year >= 2020: days.append(... 'Moi Memorial Day')`; seen below.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" install -q --disable-pip-version-check holidays==0.109 workalendar==17.0.0
cat > "$folder/see.py" <<'PY'
import warnings
from datetime import date
from importlib.metadata import version

import holidays
from workalendar.africa import Kenya

warnings.simplefilter("ignore")
print("workalendar", version("workalendar"), "holidays", version("holidays"))
for month, day in ((2, 11), (12, 31)):
    for year in (2020, 2026, 2027):
        one = date(year, month, day)
        ours = "a day off" if Kenya().is_holiday(one) else "none"
        theirs = "a day off" if one in holidays.country_holidays("KE") else "none"
        print(f"{one}: workalendar {ours}, holidays {theirs}")
start = date(2026, 2, 2)
print("15 working days from", start, "end on", Kenya().add_working_days(start, 15), "and",
      holidays.country_holidays("KE").get_nth_working_day(start, 15))
PY
"$folder/v/bin/python" "$folder/see.py" | tee "$folder/seen"
diff <(tail -n +2 "$folder/seen") - <<'SEEN'
2020-02-11: workalendar a day off, holidays a day off
2026-02-11: workalendar a day off, holidays none
2027-02-11: workalendar a day off, holidays none
2020-12-31: workalendar a day off, holidays none
2026-12-31: workalendar a day off, holidays none
2027-12-31: workalendar a day off, holidays none
15 working days from 2026-02-02 end on 2026-02-24 and 2026-02-23
SEEN
echo "as it was found"
