"""Each step in each state beside the state does what docs/beside.md says: it is let through, refused or held."""

import re
import shutil
from collections import Counter
from contextlib import contextmanager, nullcontext
from itertools import groupby
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from bin import beside as document
from grievance import clock, demonstration
from grievance.access import opened
from grievance.accounts.parts import sealed_key
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.models.case import Case, Channel, State
from grievance.models.keys import ReceiptEnvelope
from grievance.models.people import Account, AccountStatus, Role
from grievance.workflow import beside, frozen, steps
from grievance.workflow.beside import DOES, EVERY, Does, How
from grievance.workflow.procedure import ROWS
from tests import completeness, ways
from tests.browser.test_every_step import NEEDED
from tests.conftest import ROOT, make_app
from tests.scenarios.days import kinds

ON_THE_PAGE = tuple(one for one in EVERY if one is not beside.ERASED)
"""An erased case has no way there on which anything is offered: it has tests of its own."""


# --- the table -----------------------------------------------------------------------------------------------


def test_each_step_of_the_office_says_what_it_does_to_the_case():
    assert list(completeness.of_beside(ROWS)) == []


def test_a_step_that_does_not_say_what_it_does_is_named_and_refused_in_every_state_beside_the_state(monkeypatch):
    monkeypatch.setattr(beside, "DOES", {step: does for step, does in DOES.items() if step != "note"})
    assert list(completeness.of_beside(ROWS)) == [
        "note by approver: does not say in beside.DOES what it does to the case",
        "note by officer: does not say in beside.DOES what it does to the case",
    ]
    note = next(row for row in ROWS if row.step == "note")
    assert {one.verdict(note, Role.OFFICER) for one in EVERY} == {How.REFUSED}


def test_a_step_that_there_is_not_is_named(monkeypatch):
    monkeypatch.setattr(beside, "DOES", {**DOES, "reign": Does.WORK})
    assert list(completeness.of_beside(ROWS)) == ["beside.DOES names 'reign', and there is no such step of the office"]


def test_the_document_is_current():
    assert (ROOT / "docs" / "beside.md").read_text() == document.page(), "run `make docs`"


def test_its_sums_are_those_of_its_cells():
    text = document.page()
    lines = [line.split(" | ")[3:] for line in text.splitlines() if re.match(r"\| (?!step )[a-z_]+ ", line)]
    cells = Counter(cell.strip(" |").split("; ")[0].partition(" ")[0] for line in lines for cell in line)
    said = re.search(r"(\d+) cells: (\d+) let through, (\d+) refused, (\d+) held, (\d+) that", text).groups()
    assert [int(one) for one in said] == [cells.total(), *(cells[word] for word in ("yes", "no", "held", "–"))]


def test_her_own_word_and_what_protects_are_refused_in_no_state_but_where_they_are_taken_already():
    hers = {Does.HERS, Does.PROTECTS}
    refused = {(one.name, row.step) for one in ON_THE_PAGE for row in ROWS for role in row.who
               if beside.what(row, role) in hers and one.verdict(row, role) == How.REFUSED}  # fmt: skip
    until_looked_at = ("alert", "ask_deletion")  # nothing is deleted that somebody may have made her ask for
    by_whom = {("frozen", step) for step in frozen.HERS}  # who it is has to be clear first
    of_the_whole = {("part", step) for step in ("revoke_authority", "let_speak", "ask_deletion", "undo_deletion",
                    "answer_retention", "correct_identity", "end_freeze")}  # fmt: skip
    taken = {("withdrawn", "withdraw"), ("suspended", "suspend")}
    assert refused == {*taken, until_looked_at, *by_whom, *of_the_whole}


# --- as it is taken ------------------------------------------------------------------------------------------


@contextmanager
def walked_on(template, folder):
    """An application on a copy of the cast's database, which is thrown away."""
    folder.mkdir()
    shutil.copy(template.path, folder / "ways.sqlite")
    app = make_app(f"sqlite:///{folder / 'ways.sqlite'}", folder / "files")
    with app.app_context():
        yield app, folder / "ways.sqlite"
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def offered(sqlite_template, tmp_path_factory):
    """Each row and role with the place where it is first offered."""
    with walked_on(sqlite_template, tmp_path_factory.mktemp("offered") / "here"):
        return ways.situations(ways.office(sqlite_template.cast))


def another(case):
    return db.session.scalars(select(Case).where(Case.id != case.id).limit(1)).one()


def a_part(case):
    """No receipt is sealed to anew: those of the complaint's first case are none that this record knows."""
    case.part_of, case.part_number = another(case).id, 1
    of_the_first = update(ReceiptEnvelope).where(ReceiptEnvelope.case_id == case.part_of)
    db.session.execute(of_the_first.values(revoked_at=clock.now()))


def a_part_in_danger(case, officer):
    """It is at its end otherwise: what waits for the ends of all parts is another matter."""
    part = another(case)
    case.parts, part.part_of, part.part_number, part.safety_alert = 1, case.id, 1, True
    part.state, part.closed_at = State.CLOSED, clock.now()
    first, own = (opened(officer, one).complainant for one in (case, part))
    db.session.add(sealed_key(first, part.id, own))


def put(one, case, people):
    """The case into a state beside its state. What it takes there is tried elsewhere."""
    company = [people[name].account_id for name in ("Victor", "Wanda") if name in people]
    into = {
        "withdrawn": lambda: setattr(case, "withdrawn_at", clock.now()),
        "suspended": lambda: setattr(case, "suspended", True),
        "alert": lambda: setattr(case, "safety_alert", True),
        "legal_hold": lambda: setattr(case, "legal_hold", True),
        "frozen": lambda: setattr(case, "frozen_at", clock.now()),
        "road": lambda: setattr(case, "company_road", "no"),
        "unreadable": lambda: db.session.execute(
            update(Account).where(Account.id.in_(company)).values(status=AccountStatus.LEFT)
        ),
        "part": lambda: a_part(case),
        "alert_elsewhere": lambda: a_part_in_danger(case, people["Noor"]),
        "taken_over": lambda: setattr(case, "channel", Channel.REGISTER),
        "no_receipt": lambda: (
            setattr(case, "channel", Channel.REGISTER),
            db.session.execute(
                update(ReceiptEnvelope).where(ReceiptEnvelope.case_id == case.id).values(revoked_at=clock.now())
            ),
        ),
    }
    into[one.name]()
    db.session.commit()


def answers_of(situation, place):
    step, person = situation.row.step, place.people[situation.who]
    answers = {**demonstration.answers_for(step, person, place.case), **NEEDED.get(step, {})}
    return ways.named(answers, place, clock.now())


def _files(path):
    return path.with_name("files.saved" if path.suffix == ".saved" else "files")


class Tried:
    """One row at the place where it is offered, tried in one state after another on the same database file."""

    def __init__(self, situation, place, path):
        self.situation, self.place, self.path = situation, place, path
        self.person, self.reference = place.people[situation.who], place.case.reference
        self.answers = answers_of(situation, place)
        self.saved = path.with_suffix(".saved")
        self.put_back(self.path, self.saved)

    def put_back(self, source, target):
        """The database, and the folder of files beside it: a file is put there once."""
        db.session.remove()
        db.engine.dispose()
        shutil.copy(source, target)
        shutil.rmtree(_files(target), ignore_errors=True)
        if _files(source).exists():
            shutil.copytree(_files(source), _files(target))

    def in_state(self, one):
        self.put_back(self.saved, self.path)
        case = db.session.scalars(select(Case).where(Case.reference == self.reference)).one()
        if case.state in one.within:
            put(one, case, self.place.people)
            return case
        return None

    def faults(self, one):
        how = one.verdict(self.situation.row, self.person.role)
        if how == How.NEVER or (case := self.in_state(one)) is None:
            return
        on_page = next(said for row, said in steps.choices_now(self.person, case) if row is self.situation.row)
        expected = self.said_by(one)
        if how == How.ALLOWED and on_page:
            yield f"{one.name}: lets it through, and the page says {on_page!r}"
        if how == How.REFUSED and str(on_page) not in expected:
            yield f"{one.name}: refuses it, and the page says {on_page!r}"
        if str(said := self.taken()) not in (expected if how == How.REFUSED or self.by_answer(one) else {"None"}):
            yield f"{one.name}: the step said {said!r}"

    def said_by(self, one):
        own = one.own.get(self.situation.row.step)
        return {str(sentence) for sentence in ((own,) if own else one.says)}

    def by_answer(self, one):
        """Whether what is answered here makes it a step that this state refuses."""
        step = self.situation.row.step
        if self.person.role != Role.OFFICER:
            return False
        return any(
            does in one.refuses and self.answers.get(name) and (not answers or self.answers[name] in answers)
            for name, answers, does in beside.BY_ANSWER.get(step, ())
        )

    def taken(self):
        try:
            steps.take(self.situation.row.step, self.person, self.reference, self.answers)
        except Refused as refused:
            return str(refused.sentence)
        return None


@pytest.mark.long
@pytest.mark.parametrize("way", range(len(ways.EVERY)))
def test_each_step_in_each_state_beside_the_state_does_what_the_document_says(way, offered, sqlite_template, tmp_path):
    faults = []
    for stops, here in along(way, offered):
        with walked_on(sqlite_template, tmp_path / str(stops)) as (_app, path):
            demonstration.file_one(clock.now())
            known = ways.told(ways.walked(ways.office(sqlite_template.cast), here[0]))
            for situation in here:
                tried = Tried(situation, ways.again(known), path)
                faults += [f"{situation} {fault}" for one in ON_THE_PAGE for fault in tried.faults(one)]
                tried.put_back(tried.saved, path)
    assert not faults, "\n".join(faults)


def along(way, offered):
    """By stop, the situations of a way that are first there: they are tried on one walk, each from its end."""
    here = sorted((one for one in offered.values() if one.way == way), key=lambda one: one.stops)
    return [(stops, list(those)) for stops, those in groupby(here, key=lambda one: one.stops)]


# --- what depends on an answer -------------------------------------------------------------------------------


@pytest.fixture
def referred(app, cast):
    reference, amina, _code = demonstration.file_one(clock.now())
    for step in ("acknowledge", "refer"):
        demonstration.do(step, cast["Noor"], reference, clock.now(), cast["Tomas"])
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    return SimpleNamespace(**cast, Amina=amina, case=case, reference=reference)


@pytest.mark.parametrize("one", [beside.WITHDRAWN, beside.SUSPENDED, beside.ALERT], ids=lambda one: one.name)
def test_a_packet_is_taken_back_in_each_state_as_long_as_no_new_one_goes(referred, one):
    put(one, referred.case, {})
    recall = demonstration.answers_for("recall_packet", referred.Noor, referred.case)
    with pytest.raises(Refused) as refused:
        steps.take("recall_packet", referred.Noor, referred.reference, recall)
    assert refused.value.sentence in one.says
    steps.take("recall_packet", referred.Noor, referred.reference, {**recall, "packet": "", "previewed": ""})
    assert not steps.open_proposals(referred.case) and "recall_packet" in kinds(referred.case)


@pytest.mark.parametrize(("audience", "goes"), [("company", False), ("all", False), ("complainant", True)])
def test_while_a_withdrawal_waits_the_office_writes_to_her_and_not_to_the_company(referred, audience, goes):
    demonstration.do("withdraw", referred.Amina, referred.reference, clock.now())
    letter = {"audience": audience, "message": "We look at it."}
    with nullcontext() if goes else pytest.raises(Refused, match="A withdrawal waits"):
        steps.take("write", referred.Noor, referred.reference, letter)
    steps.take("write", referred.Victor, referred.reference, {**letter, "audience": "secretariat"})
