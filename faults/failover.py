"""One PostgreSQL takes over from another, again and again, while people file: what they wait for, and what is there."""

import itertools
import json
import signal
import sys
import threading
import time
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text

from faults.browser import Answer, Lost
from faults.check import report, words_of_cases
from faults.cluster import Cluster
from faults.crowd import at_work
from faults.kills import chance, progress
from faults.ledger import Complaint, Ledger
from faults.machines import Machine
from faults.spread import Failover
from faults.sweeps import LATE, counts, fill
from grievance import clock
from grievance.extensions import db

ROUNDS = Path(__file__).parent / "results" / "failover-rounds.jsonl"
"""Each round that was ever made, appended."""
LATE_CASES = 20
"""Complaints that wait for the workers' next sweep, in each round."""
LONGEST = 45
"""Seconds for which something is frozen or cut off: twice what another needs to take over."""
AFTER = 8
"""Seconds of ordinary work between two faults."""
WRITES = ("file", "keep", "message", "file by API", "message by API", "acknowledge", "step")
COMMITTED_AT = text(
    "SELECT case_id, extract(epoch FROM pg_xact_commit_timestamp(xmin)) FROM events WHERE kind = 'file'"
)


@dataclass
class Press:
    """One press of *send*: when it began and ended (seconds since 1970), and whether it was answered as done."""

    began: float
    ended: float
    done: bool


@dataclass
class WatchedLedger(Ledger):
    """Knows of each complaint by how many presses it was sent."""

    pressed: dict[int, list[Press]] = field(default_factory=lambda: defaultdict(list))
    doubtful: dict[str, list[Press]] = field(default_factory=dict)

    def ask(self, what: str, request: Any) -> Answer:
        began, done = time.time(), False
        try:
            answer = super().ask(what, request)
            done = answer.status < 400
        except Lost:
            with self.lock:
                self.times.append((time.time(), what, time.time() - began, 0))
            raise
        finally:
            if what in ("file", "file by API"):
                self.pressed[threading.get_ident()].append(Press(began, time.time(), done))
        return answer

    def note(self, complaint: Complaint) -> None:
        presses = self.pressed.pop(threading.get_ident(), [])
        if len(presses) > 1:
            self.doubtful[complaint.words[0]] = presses
        super().note(complaint)


# --- what is broken ------------------------------------------------------------------------------------------------


def _others(cluster: Cluster, primary: Machine) -> list[Machine]:
    return [one for one in (*cluster.servers, *cluster.etcds) if one is not primary]


def killed(cluster: Cluster, primary: Machine) -> None:
    """The machine of the primary loses its power, and comes back when another has taken over."""
    primary.kill()
    _until_another(cluster, primary)
    cluster.begin_server(primary)


def frozen(cluster: Cluster, primary: Machine) -> None:
    """PostgreSQL and Patroni of the primary stand still, and go on when another has taken over."""
    primary.tell(signal.SIGSTOP)
    _until_another(cluster, primary)
    primary.tell(signal.SIGCONT)


def cut_off(cluster: Cluster, primary: Machine) -> None:
    """The primary reaches neither etcd nor the other servers; its clients reach it."""
    primary.cut(*_others(cluster, primary))
    _until_another(cluster, primary)
    primary.cut(*_others(cluster, primary), mend=True)


def etcd_frozen(cluster: Cluster, _primary: Machine) -> None:
    """No etcd answers; the three servers reach each other, and go on."""
    for one in cluster.etcds:
        one.tell(signal.SIGSTOP)
    time.sleep(LONGEST)
    for one in cluster.etcds:
        one.tell(signal.SIGCONT)


def away_from_clients(cluster: Cluster, primary: Machine) -> None:
    """What the primary says reaches no client, while the cluster finds it well: nobody takes over."""
    primary.cut(cluster.door)
    time.sleep(20)
    primary.cut(cluster.door, mend=True)


FAULTS = {"primary killed": killed, "primary frozen": frozen, "primary cut off from etcd and the others": cut_off,
          "etcd frozen": etcd_frozen, "primary cut off from its clients": away_from_clients}  # fmt: skip


def _until_another(cluster: Cluster, before: Machine) -> None:
    """Until another server writes, or for `LONGEST`."""
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        if any(one["role"] == "leader" and one["name"] != before.name for one in cluster.members(before)):
            time.sleep(3)  # and HAProxy has found it
            return
        time.sleep(0.5)


# --- a round, and all of them --------------------------------------------------------------------------------------


@dataclass
class Round:
    """`without_service`: the longest time in which nothing that somebody wrote was acknowledged; `longest_answer`: of
    any request that ended in this round; both in seconds."""

    fault: str
    primary: str
    primary_after: str
    without_service: float
    longest_answer: float
    seconds: float
    on: str


def failover(office: Failover, rounds: int = 50) -> dict[str, Any]:
    """Each fault in turn, `rounds` in all, while people file and both workers sweep. `ROUNDS` gets a line for each.
    The logs of a run that is not good are kept."""
    good = False
    try:
        result = _failover(office, rounds)
        good = bool(result["good"])
    finally:
        if not good:
            print(f"its logs: {office.keep_logs()}", file=sys.stderr)
    return result


def _failover(office: Failover, rounds: int) -> dict[str, Any]:
    office.start_all()
    ledger, made = WatchedLedger(), list[Round]()
    with at_work(office.port, pause=0.1, ledger=ledger):
        time.sleep(AFTER)
        for turn in range(rounds):
            name = list(FAULTS)[turn % len(FAULTS)]
            made.append(_round(office, ledger, name))
            with ROUNDS.open("a") as kept:
                kept.write(json.dumps(asdict(made[-1]), ensure_ascii=False) + "\n")
            progress("rounds", turn + 1, rounds)
    office.flask("sweep")
    late = LATE_CASES * rounds
    result = report(office, ledger, late, rounds=rounds, **_by_kind(made), **_in_doubt(office, ledger))
    with office.inside():
        missed, noted, letters = counts()
    escalated_once = missed == noted == letters == late
    told = {"late cases": late, "missed limits": missed, "events of it": noted, "letters of it": letters}
    return {**result, **told, "good": result["good"] and escalated_once}


def _round(office: Failover, ledger: WatchedLedger, name: str) -> Round:
    cluster = office.cluster
    with office.inside():
        fill(LATE_CASES, days=LATE)
    time.sleep(chance.uniform(0, 3))
    primary, began = cluster.primary(), time.time()
    assert primary is not None, "no server writes before the fault"
    FAULTS[name](cluster, primary)
    cluster.wait(f"the cluster after: {name}", cluster.is_whole)
    time.sleep(AFTER)
    after = cluster.primary()
    return Round(
        name, primary.name, after.name if after else "", *_measured(ledger, began), round(time.time() - began, 1),
        clock.today("UTC").isoformat(),
    )  # fmt: skip


def _measured(ledger: WatchedLedger, began: float) -> tuple[float, float]:
    """Since this moment: the longest pause between two acknowledged writes, and the longest answer."""
    with ledger.lock:
        seen = [one for one in ledger.times if one[0] >= began]
    done = [
        began,
        *sorted(at for at, what, _seconds, status in seen if what in WRITES and 0 < status < 400),
        time.time(),
    ]
    pause = max(later - earlier for earlier, later in itertools.pairwise(done))
    return round(pause, 1), round(max((seconds for _at, _what, seconds, _status in seen), default=0.0), 1)


def _by_kind(made: list[Round]) -> dict[str, Any]:
    """Of each kind: how often, the longest time without service and the longest answer, and how often another took
    over."""
    told = {}
    for name in FAULTS:
        if of_it := [one for one in made if one.fault == name]:
            moved = sum(one.primary != one.primary_after for one in of_it)
            told[name] = (
                f"{len(of_it)} ×, without service {max(one.without_service for one in of_it)} s, longest answer"
                f" {max(one.longest_answer for one in of_it)} s, another took over {moved} ×"
            )
    return told


def _in_doubt(office: Failover, ledger: WatchedLedger) -> dict[str, Any]:
    """Complaints that were not acknowledged at their first press: PostgreSQL knows when each was committed, and so
    whether a press before the last one had done it already."""
    with office.inside():
        at = {case: float(moment) for case, moment in db.session.execute(COMMITTED_AT).tuples()}
        case_of = {word: case for case, word in words_of_cases() if word in ledger.doubtful}
    became = Counter(
        "done, and not acknowledged" if at[case_of[word]] < presses[-1].began else "not done"
        for word, presses in ledger.doubtful.items() if word in case_of
    )  # fmt: skip
    logged = sum(office.log(name).count("a COMMIT is in doubt") for name in ("web", "worker"))
    return {"complaints pressed more than once": len(ledger.doubtful), "the presses before the last": dict(became),
            "COMMITs in doubt, of all kinds": logged}  # fmt: skip
