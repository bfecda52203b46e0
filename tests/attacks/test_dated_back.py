"""A former member writes to the database, and dates what they sign back to when they were here."""

import os
from datetime import timedelta

import pytest
import time_machine

from grievance.accounts import leaving
from grievance.demonstration import signed_in
from grievance.forms.fields import Refused
from grievance.models.people import Role
from grievance.record.events import Signer
from grievance.workflow import unsigned
from tests.accounts.test_leaving import join
from tests.attacks.changes import CONSENTS, add_event, sql
from tests.attacks.office import case_of, file, holder_of, take
from tests.attacks.test_attackers_change import checkpoint
from tests.attacks.test_signed_events import faults, named, nothing_is_sealed_to, plant_a_receipt, sign
from tests.times import days_later

only_on_sqlite = pytest.mark.parametrize("standing", ["sqlite"], indirect=True)


@pytest.fixture
def quiet(standing):
    """A case in which nothing happened since Nina left, a day ago; the worker has signed each day."""
    join("Nina", Role.APPROVER, signed_in("Noor"))
    file(standing.past, "q", "quiet")
    take("acknowledge", signed_in("Noor"), standing.past.references["q"])
    nina = signed_in("Nina")
    take("note", nina, standing.past.references["q"], note="While I am here.")
    checkpoint()
    leaving.leave(signed_in("Tomas"), nina.account_id)
    with time_machine.travel(days_later(1), tick=False) as travelling:
        checkpoint()
        travelling.shift(timedelta(hours=1))
        checkpoint()
        standing.nina, standing.travelling = nina, travelling
        yield standing


def an_hour_later(standing):
    """The worker signs what it finds."""
    standing.travelling.shift(timedelta(hours=1))
    checkpoint()


def dated_back(standing, kind, said, rows):
    """`add_event` gives it the time of the last one, when she was here."""
    nina, case_id = standing.nina, standing.past.ids["q"]
    add_event(standing, case_id, kind, "approver", nina.account_id, said, rows)
    sign(standing, case_id, Signer("account", str(nina.account_id), nina.own_seed))


def test_what_is_dated_back_gives_nobody_a_key(quiet):
    mine, name = os.urandom(32), os.urandom(16).hex()
    rows = plant_a_receipt(quiet, "q", name, mine)
    dated_back(quiet, "reissue_receipt", named(name, mine) | {"ended": ["nobody"]}, rows)
    nothing_is_sealed_to(quiet, "q", name)


@only_on_sqlite
def test_nor_does_it_after_the_worker_has_signed_what_it_found(quiet):
    mine, name = os.urandom(32), os.urandom(16).hex()
    rows = plant_a_receipt(quiet, "q", name, mine)
    dated_back(quiet, "reissue_receipt", named(name, mine) | {"ended": ["nobody"]}, rows)
    an_hour_later(quiet)
    nothing_is_sealed_to(quiet, "q", name)


@pytest.mark.parametrize("signed", [False, True])
def test_what_is_dated_back_is_named_and_stops_the_case(quiet, signed):
    dated_back(quiet, "change_consent", dict.fromkeys(CONSENTS, True), {})
    if signed:
        an_hour_later(quiet)
    assert any("says that it is of" in one and "was signed without it" in one for one in faults(quiet))
    with pytest.raises(Refused):
        take("note", signed_in("Noor"), quiet.past.references["q"], note="What is this?")
    assert unsigned.of_cases([case_of(quiet.past.references["q"])]) == {quiet.past.references["q"]}


def test_what_she_signed_while_she_was_here_stays_good(quiet):
    assert faults(quiet) == []
    take("note", signed_in("Noor"), quiet.past.references["q"], note="I have it now.")
    take("write", holder_of(quiet.past.receipts["q"]), quiet.past.references["q"], audience="secretariat",
         message="Later.")  # fmt: skip
    an_hour_later(quiet)
    assert faults(quiet) == []


@only_on_sqlite
def test_a_checkpoint_of_the_attackers_own_vouches_for_nothing(quiet):
    """Beside the worker's, with leaves that say what they would like."""
    dated_back(quiet, "change_consent", dict.fromkeys(CONSENTS, True), {})
    case = case_of(quiet.past.references["q"])
    heads = f'"{case.id}":[{case.head_seq},"{case.head_hash}"]'
    sql(quiet, "UPDATE checkpoints SET leaves = replace(leaves, '\"heads\":{', '\"heads\":{' || :h || ',')", h=heads)
    with pytest.raises(Refused):
        take("note", signed_in("Noor"), quiet.past.references["q"], note="What is this?")


@only_on_sqlite
@pytest.mark.parametrize("signed", [False, True])
def test_an_event_in_the_form_of_before_signatures_is_named(quiet, signed):
    """As if it had been there before the upgrade."""
    case_id = quiet.past.ids["q"]
    sql(quiet, "DROP TRIGGER IF EXISTS events_no_update")
    add_event(quiet, case_id, "change_consent", "complainant", None, dict.fromkeys(CONSENTS, True), {})
    of_then = quiet.past.references["q"]
    sql(quiet, "UPDATE events SET format = 1, rows = '' WHERE chain = :c AND seq = :s", c=case_id,
        s=case_of(of_then).head_seq)  # fmt: skip
    if signed:
        an_hour_later(quiet)
    assert any("was signed without it" in one for one in faults(quiet))
