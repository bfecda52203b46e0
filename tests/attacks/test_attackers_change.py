"""What each attacker changes unnoticed, by changing it: the right half of the table of attackers."""

import pytest

from grievance import clock
from grievance.access import NoSuchCase
from grievance.crypto.sealing import CannotOpen
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.maintenance import doctor
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from tests.attacks.attackers import ATTACKERS, Can
from tests.attacks.changes import CHANGES, forget_checkpoints

STOPS = (Refused, BadInput, CannotOpen, NoSuchCase)
"""How the program says no."""


def checkpoint():
    with unit_of_work():
        chain.take_checkpoint(clock.now())


def outcome(change, standing, who):
    """What comes of it. For reading later words it is too late to notice it afterwards."""
    change.prepare(standing)
    checkpoint()
    if faults := doctor.examine():
        raise LookupError(faults)
    change.write(standing)
    if who.name in ("year", "host"):  # each hour again, and the worker signs what it finds
        forget_checkpoints(standing)
        checkpoint()
        change.write(standing)
        checkpoint()
    try:
        reached = change.use(standing)
    except STOPS:
        reached = False
    db.session.remove()
    if not change.reads and doctor.examine():
        return Can.NOTICED
    return Can.YES if reached else Can.REFUSED


NOT_YET = {
    "keylog": ("party_keys", "key_log", "waiting_key", "company_key", "officer_key"),
    "compare": ("writings", "identity", "message", "receipt", "representative", "grant", "consents", "alert",
                "conflict", "deputy", "left", "role"),
    "signed events": ("clock_event", "her_event", "officer_event", "office_event"),
    "checkpoints": ("tail", "record", "everything"),
}  # fmt: skip
"""Changes that nothing notices until this defence is there."""
AT_ONCE = ("party_keys", "writings", "record")
"""The rest of what is tried every hour, or with the server keys, is tried in the long run."""


def cells():
    for who in (one for one in ATTACKERS if one.writes):
        for change in CHANGES:
            marks = [pytest.mark.long] if who.name != "once" and change.name not in AT_ONCE else []
            missing = [defence for defence, names in NOT_YET.items() if change.name in names]
            if missing:
                why = f"not yet vouched for: {missing[0]}"
                marks.append(pytest.mark.xfail(strict=True, raises=AssertionError, reason=why))
            yield pytest.param(who, change, marks=marks, id=f"{who.name}-{change.name}")


@pytest.mark.parametrize(("who", "change"), list(cells()))
def test_nothing_is_changed_unnoticed(standing, who, change):
    found = outcome(change, standing, who)
    assert found == Can.REFUSED if change.reads else found in (Can.REFUSED, Can.NOTICED)
