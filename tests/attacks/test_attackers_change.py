"""What each attacker changes unnoticed, by changing it: the right half of the table of attackers."""

import shutil
from pathlib import Path

import pytest

from grievance import clock
from grievance.access import NoSuchCase
from grievance.crypto.sealing import CannotOpen
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.maintenance import doctor
from grievance.record import chain, checkpoint_file
from grievance.record.transaction import unit_of_work
from tests.attacks.attackers import ATTACKERS, Can
from tests.attacks.changes import CHANGES, forget_checkpoints

STOPS = (Refused, BadInput, CannotOpen, NoSuchCase)
"""How the program says no."""


def checkpoint():
    """As the worker does it each hour."""
    with unit_of_work():
        chain.take_checkpoint(clock.now())
    checkpoint_file.catch_up()


def kept_elsewhere(standing):
    """A copy of the file of checkpoints on another machine, or what was in the weekly mails."""
    path = checkpoint_file.path_of_file()
    return shutil.copy(path, path.with_name("elsewhere"))


def named(change, elsewhere):
    """Every fault that the page, `doctor` and `record verify` name; with what is kept elsewhere only where nothing
    else can tell."""
    faults = doctor.examine()
    return faults or (checkpoint_file.against(Path(elsewhere)).faults if change.outside else [])


def outcome(change, standing, who):
    """What comes of it. For reading later words it is too late to notice it afterwards."""
    change.prepare(standing)
    checkpoint()
    if faults := doctor.examine():
        raise LookupError(faults)
    elsewhere = kept_elsewhere(standing)
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
    if not change.reads and named(change, elsewhere):
        return Can.NOTICED
    return Can.YES if reached else Can.REFUSED


AT_ONCE = ("party_keys", "writings", "record")
"""The rest of what is tried every hour, or with the server keys, is tried in the long run."""


def cells():
    for who in (one for one in ATTACKERS if one.writes):
        for change in CHANGES:
            marks = [pytest.mark.long] if who.name != "once" and change.name not in AT_ONCE else []
            yield pytest.param(who, change, marks=marks, id=f"{who.name}-{change.name}")


@pytest.mark.parametrize(("who", "change"), list(cells()))
def test_nothing_is_changed_unnoticed(standing, who, change):
    found = outcome(change, standing, who)
    assert found == Can.REFUSED if change.reads else found in (Can.REFUSED, Can.NOTICED)
