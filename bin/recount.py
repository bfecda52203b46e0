"""Count an office's figures anew from the file that `flask record export` wrote: `python bin/recount.py RECORD --from
2026-01-01 --to 2026-12-31`, and what the page *Figures* says must be the same.

Nothing here comes from the program: whoever audits an office reads this, and counts by it. Steps are named as the
record names them (docs/procedure.md). Cases that were filed before events said what figures need are left out, and
their number is said (`not_told`).
"""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

HAND_OVERS = {"refer", "refer_back", "notify_company", "hand_over_again"}
ENDS = {"close", "close_for_deletion", "confirm_withdrawal", "dismiss", "record_concern"}
TIMES = {
    "acknowledge": ({"file"}, {"acknowledge"}),
    "decide": ({"file"}, {"refer", "dismiss", "record_concern"}),
    "answer": (HAND_OVERS, {"respond"}),
    "close": ({"file"}, ENDS),
}
ASKED = {"follow_up", "answer_follow_up"}
OFFICE, COMPANY = {"secretariat", "approver"}, "company"
A_RIGHT = "L13"
"""The appeal: a right that lapses, and nobody's duty."""
STEP_OF_A_REMEDY = {
    "accept_remedy": "accepted", "decline_remedy": "declined", "waive_remedy": "waived",
    "report_delivered": "delivered", "verify_remedy": "verified", "dispute_remedy": "disputed",
}  # fmt: skip
Event = dict[str, Any]
Duty = dict[str, Any]


def read(lines: Iterable[str], zone: ZoneInfo, as_of: date) -> Iterator[list[Event]]:
    """The events of each case that the record had at the end of the day, in their order."""
    chains: dict[str, list[Event]] = defaultdict(list)
    for line in lines:
        event = json.loads(line).get("event")
        if not event or event["chain"] == "office" or _day(event["recorded_at"], zone) > as_of:
            continue
        if facts := _facts(event):
            chains[event["chain"]].append({**event, "facts": facts, "day": _day(event["happened_at"], zone)})
    for events in chains.values():
        yield sorted(events, key=lambda one: one["seq"])


def _facts(event: Event) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(event["facts"])
    return facts | {"step": event["kind"]}


def _day(moment: str, zone: ZoneInfo) -> date:
    """By the office's clock."""
    return datetime.fromisoformat(moment).astimezone(zone).date()


class Case:
    """One case, by its events."""

    def __init__(self, events: list[Event]) -> None:
        self.events = events
        said = [one["facts"].get("figures", {}) for one in events]
        self.is_a_drill = any(one["facts"].get("canary") for one in events) or any(one.get("nobody") for one in said)
        self.known: dict[str, Any] = {name: value for one in said for name, value in one.items()}
        self.told = "received_on" in self.known

    @property
    def received(self) -> date:
        return date.fromisoformat(self.known["received_on"])

    @property
    def register(self) -> bool:
        return bool(self.known["channel"] == "register")

    def state(self) -> tuple[str, date | None]:
        """And the day on which it was closed, if it is."""
        state, day = "", None
        for one in self.events:
            facts = one["facts"]
            moved = facts.get("to") or facts.get("state") or ("received" if one["kind"] == "file" else "")
            if moved:
                state, day = moved, one["day"]
        return state, day if state == "closed" else None

    def took(self, begins: set[str], ends: set[str]) -> int | None:
        first = [min((e["day"] for e in self.events if e["kind"] in kinds), default=None) for kinds in (begins, ends)]
        return (first[1] - first[0]).days if first[0] and first[1] and first[1] >= first[0] else None

    def since_its_company(self) -> list[Event]:
        """From where the case has the company that it is about; what an earlier one owed counts in no figure."""
        named = [n for n, one in enumerate(self.events) if "company" in one["facts"].get("figures", {})]
        values = [self.events[n]["facts"]["figures"]["company"] for n in named]
        changes = [n for n, now, was in zip(named[1:], values[1:], values[:-1], strict=True) if was not in (None, now)]
        return self.events[changes[-1] :] if changes else self.events

    def duties(self) -> list[Duty]:
        late = [one for one in self.events if one["missed_limit_id"] and "owed_by" in one["facts"]]
        found = [_duty(o["facts"]["limit"], o["facts"]["owed_by"], o["facts"]["due_on"], True, o["seq"]) for o in late]
        for one in self.events:
            met = one["facts"].get("figures", {}).get("met", [])
            found += [_duty(key, owed_by, due_on, False, one["seq"]) for key, owed_by, due_on in met]
        for one in (e["facts"] for e in self.events if e["kind"] == "breach_corrected"):
            wrong = (d for d in found if d["late"] and (d["key"], d["due_on"]) == (one["limit"], one["was_due_on"]))
            next(wrong)["corrected"] = True
        since = self.since_its_company()[0]["seq"]
        return [
            d
            for d in found
            if d["key"] != A_RIGHT and (d["by"] in OFFICE or (d["by"] == COMPANY and d["seq"] >= since))
        ]

    def remedies(self) -> dict[int, list[str]]:
        """Form and standing of each, by its number."""
        found: dict[int, list[str]] = {}
        for one in self.since_its_company():
            number = one["facts"].get("remedy")
            if one["kind"] == "propose_remedy":
                found[number] = [one["facts"]["kind"], "proposed"]
            elif one["kind"] in STEP_OF_A_REMEDY and number in found:
                found[number][1] = STEP_OF_A_REMEDY[one["kind"]]
        return found

    def retaliation(self) -> tuple[bool, bool]:
        """Whether somebody was asked, and whether there was any."""
        said = [one["facts"]["retaliation"] for one in self.events if one["kind"] in ASKED]
        return bool(said), "yes" in said or any(one["kind"] == "report_retaliation" for one in self.events)


def _duty(key: str, by: str, due_on: str, late: bool, seq: int) -> Duty:
    return {"key": key, "by": by, "due_on": due_on, "late": late, "corrected": False, "seq": seq}


def recount(chains: Iterable[list[Event]], first: date, last: date, company: int | None = None) -> dict[str, Any]:
    """All figures of the period, both days in it."""
    cases = [Case(events) for events in chains]
    there = [one for one in cases if one.told and not one.is_a_drill]
    mine = [one for one in there if company is None or one.known["company"] == company]
    received = [one for one in mine if first <= one.received <= last]
    own = [one for one in received if not one.register]
    closed = [one.state()[1] for one in mine if not one.register]
    return {
        "received": len(own), "from_registers": _taken([one for one in received if one.register]),
        "closed": sum(day is not None and first <= day <= last for day in closed),
        "open_then": sum(one.state()[0] != "closed" for one in own),
        "unknown": sum(not one.known["known"] for one in own),
        "represented": sum(one.known["represented"] for one in own),
        "by": _lists(own), "took": {name: _spread(own, *ends) for name, ends in TIMES.items()},
        "late": _late(d for one in mine if not one.register for d in one.duties()
                      if first.isoformat() <= d["due_on"] <= last.isoformat()),
        "remedies": _remedies(own), "asked": sum(one.retaliation()[0] for one in own),
        "retaliation": sum(one.retaliation()[1] for one in own),
        "not_told": sum(not one.told for one in cases),
    }  # fmt: skip


def _taken(cases: list[Case]) -> dict[str, Any]:
    late = [[e["facts"]["late"] for e in one.events if e["kind"] in ("imported", "register_later")] for one in cases]
    still_open = sum(one.state()[0] != "closed" for one in cases)
    companies = dict(Counter(str(one.known["company"]) for one in cases))
    return {
        "number": len(cases),
        "still_open": still_open,
        "late": sum(one[-1] for one in late),
        "companies": companies,
    }


def _lists(cases: list[Case]) -> dict[str, dict[str, int]]:
    names = ("channel", "country", "language", "company", "severity")
    found = {name: Counter(str(one.known[name]) for one in cases) for name in names}
    found["reason"] = Counter(str(one.known["reason"]) for one in cases if one.state()[0] == "closed")
    found["topic"] = Counter(topic for one in cases for topic in one.known["topics"] or ())
    return {name: dict(counted) for name, counted in found.items()}


def _spread(cases: list[Case], begins: set[str], ends: set[str]) -> list[float | None]:
    """How many; the middle day; the day by which nine of ten were done."""
    days = sorted(day for one in cases if (day := one.took(begins, ends)) is not None)
    if not days:
        return [0, None, None]
    middle = (days[(len(days) - 1) // 2] + days[len(days) // 2]) / 2
    return [len(days), middle, next(d for n, d in enumerate(days, start=1) if 10 * n >= 9 * len(days))]


def _late(duties: Iterable[Duty]) -> dict[str, list[int]]:
    """By who owed it, and of the office by what: how many were due, came late, were found to be in time after all."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in duties:
        for name in (COMPANY,) if one["by"] == COMPANY else ("office", one["key"]):
            found[name][0] += 1
            found[name][1] += one["late"] and not one["corrected"]
            found[name][2] += one["corrected"]
    return dict(found)


def _remedies(cases: list[Case]) -> dict[str, list[int]]:
    """By form: how many were agreed, are verified, disputed, waived."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for form, standing in (one for case in cases for one in case.remedies().values()):
        if standing not in ("proposed", "declined"):
            counted = (standing == one for one in ("verified", "disputed", "waived"))
            found[form] = [a + b for a, b in zip(found[form], (1, *counted), strict=True)]
    return dict(found)


def main() -> None:
    asked = argparse.ArgumentParser(description="Figures of an office, counted from its record.")
    asked.add_argument("record")
    asked.add_argument("--from", dest="first", type=date.fromisoformat, required=True)
    asked.add_argument("--to", dest="last", type=date.fromisoformat, required=True)
    asked.add_argument("--as-of", type=date.fromisoformat, default=date.max)
    asked.add_argument("--company", type=int)
    asked.add_argument("--zone", type=ZoneInfo, default=ZoneInfo("UTC"), help="of the office")
    said = asked.parse_args()
    with open(said.record, encoding="utf-8") as file:
        found = recount(read(file, said.zone, said.as_of), said.first, said.last, said.company)
    print(json.dumps(found, indent=1, ensure_ascii=False, sort_keys=True))


if __name__ == "__main__":
    main()
