"""Databases of older versions, filled by those and brought up to this one: does everything in them still hold?"""

import shutil
from typing import Any

from faults.check import count_cases
from faults.kills import progress
from faults.office import Office
from faults.versions import days, unpack

LOOKS = (("sweep",), ("doctor",), ("record", "verify"), ("db", "check"))


def from_before(office: Office, number: int = 0, old: str = "") -> dict[str, Any]:
    """For the last commit of each day (`number`: of that many days at the end; `old`: for this commit alone): its
    demonstration in an empty database, then `db upgrade` of this version, and what that says of it."""
    commits = [old] if old else days()[-number:]
    found = dict[str, str]()
    for turn, commit in enumerate(commits):
        found[commit[:12]] = _brought_up(office, commit)
        progress("older versions", turn + 1, len(commits))
    return {"versions": found, "good": all(one.endswith("holds") for one in found.values())}


def _brought_up(office: Office, commit: str) -> str:
    office.database.empty()
    shutil.rmtree(office.files, ignore_errors=True)
    (office.folder / "pins.json").unlink(missing_ok=True)
    before = Office.beside(office, unpack(commit, office.logs / commit[:12]))
    for words in (("db", "upgrade"), ("demo",)):
        done = before.flask(*words, check=False)
        if done.returncode:
            return f"that version does not run here: {done.stderr.strip()[-200:]}"
    cases = count_cases(office)
    for words in (("db", "upgrade"), *LOOKS):
        done = office.flask(*words, check=False)
        if done.returncode:
            return f"flask {' '.join(words)}: {done.stdout.strip()[-300:]} {done.stderr.strip()[-300:]}"
    same = count_cases(office) == cases
    return f"{cases} cases: {'holds' if same else 'not as many as before'}"
