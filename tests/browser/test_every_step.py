"""Every step of the table, by each of its people, at the page: found there, answered there, and seen on the record.

The list is made from the rows: a new row is a new test, and one that is offered on no way of tests/ways.py is named.
"""

import shutil

import pytest
from sqlalchemy import func, select

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.models.event import Event
from grievance.views.pages import still_theirs
from grievance.workflow import post, steps
from grievance.workflow.procedure import ROWS
from tests import her_steps, ways
from tests.browser.test_story import Visitor, sign_in
from tests.conftest import make_app

pytestmark = pytest.mark.long
BESIDE_A_LETTER = (post.POST.step, post.SEND.step, post.DISCARD.step)
"""Steps that stand on the page of the letters of a case."""
FILE = {"name": "payslip.txt", "mimeType": "text/plain", "buffer": b"A pay slip, for May."}
NEEDED = {
    "write_letter": {"addressee": "company"},
    "approve_words": {"right": "right"},
    "close": {"reason": "settled"},
    "correct_identity": {"name": "Amina Said"},
    "escalate_unseen": {"tell_on": ways.TODAY},
    "exclude_person": {"person": "@Paula"},
    "request_extension": {"until": ways.IN_SIXTY_DAYS},
}
"""Answers that the page asks for although each may be left out, or that sensible ones do not fit."""
PAGES = 6
"""So many pages at most come before a step is taken: who reads it, the questions, a look."""


@pytest.fixture(scope="module")
def offered(request, sqlite_template, tmp_path_factory):
    """By row and role: where it is offered. Found once, on a database of its own."""
    folder = tmp_path_factory.mktemp("ways")
    shutil.copy(sqlite_template.path, folder / "ways.sqlite")
    app = make_app(f"sqlite:///{folder / 'ways.sqlite'}", folder / "files")
    with app.app_context():
        found = ways.situations(ways.office(sqlite_template.cast))
        db.session.remove()
        db.engine.dispose()
    return found


def named(pair):
    row, role = pair
    return f"{role}-{row.step}-{'-'.join(sorted(row.source))}"


def enter(visitor, who, place):
    """Where this person finds the case."""
    if who in place.receipts:
        return visitor.go("/follow").fill(code=place.receipts[who]).press("Continue")
    sign_in(visitor, who)
    face = {"Ines": "/custodian", "Victor": "/company/cases/{}", "Wanda": "/company/cases/{}"}
    return visitor.go(face.get(who, "/desk/cases/{}").format(place.case.reference))


def find(visitor, step, name):
    """Press the link of a step, in whatever group it lies. `name`: what its address says. Returns whether it was taken
    by that: a button beside its thing asks nothing more."""
    if step in BESIDE_A_LETTER:
        visitor.follow(visitor.page.locator("main a[href$='/post']").last)
    pressed = visitor.page.locator(f"main button[formaction$='/steps/{name}']:visible")
    form = visitor.page.locator(f"main form[id=reading][action$='/steps/{name}']")
    if form.count():
        pressed = visitor.page.locator("main button[form=reading]:not([formaction]):visible")
    if pressed.count():
        visitor.follow(pressed.first)
        return True
    links = visitor.page.locator(f"main a[href*='/steps/{name}']")
    here = [one for one in links.all() if one.get_attribute("href").partition("?")[0].endswith(f"/steps/{name}")]
    assert here, f"{step} is not on the page: {visitor.page.url}"
    folded = here[0].locator("xpath=ancestor::details[not(@open)]/summary")
    if folded.count():
        folded.first.click()
    visitor.follow(here[0])
    return False


def answer(form, answers):
    """Fill in what the page asks, as a person would: only what it shows."""
    for control in form.locator("input:not([type=hidden]):not([disabled]), textarea, select").all():
        name, kind = control.get_attribute("name"), control.evaluate("e => e.type || e.tagName")
        wanted = answers.get(name)
        if kind == "file" and wanted:
            control.set_input_files(
                {"name": "payslip.txt", "mimeType": "text/plain", "buffer": b"A pay slip, for May."}
            )
        elif kind in ("radio", "checkbox") and control.get_attribute("value") in _several(wanted):
            control.check()
        elif kind == "select-one":
            _choose(control, wanted)
        elif kind in ("text", "textarea", "date") and wanted:
            control.fill(wanted)


def _several(wanted):
    return wanted if isinstance(wanted, list) else [wanted]


def _choose(control, wanted):
    values = [one.get_attribute("value") for one in control.locator("option").all()]
    assert any(values), f"nothing to choose in {control.get_attribute('name')}"
    if wanted:
        control.select_option(wanted if wanted in values else next(filter(None, values)))


def take(visitor, situation, place, answers):
    """From the page of the case through every page of the step to its end."""
    step = situation.row.step
    name = her_steps.name_of(place.case.id, step) if situation.who in place.receipts else step
    if find(visitor, step, name):
        return
    for _ in range(PAGES):
        page = visitor.page
        audience = page.locator("main a.button[href*='audience=']")
        form = page.locator(f"main form[method=post][action*='/steps/{name}']:not([data-short])")  # not the case's own
        if audience.count():
            visitor.follow(audience.first)
        elif form.count():
            answer(form.first, answers)
            visitor.follow(form.first.locator("button").first)
        else:
            return
        summary = page.locator("main .summary[role=alert]")
        assert not summary.count(), f"{step}: {summary.first.inner_text()}"
        assert not page.locator("main .error:visible").count()


def answers_of(situation, place):
    person = place.people[situation.who]
    answers = {
        **demonstration.answers_for(situation.row.step, person, place.case),
        **NEEDED.get(situation.row.step, {}),
    }
    answers.setdefault("audience", "")
    return ways.named(answers, place, clock.now())


def number(place, kind):
    db.session.rollback()
    query = select(func.count()).select_from(Event).where(Event.case_id == place.case.id, Event.kind == kind)
    return db.session.scalar(query)


def decider(place, proposer):
    """An approver who may decide: not who proposed or closed it, nor who is shut out."""
    for name in ("Tomas", "Paula"):
        person = place.people[name]
        closed_it = place.case.closed_by == person.account_id
        if name != proposer and not closed_it and still_theirs(person, place.case.reference):
            return name
    raise AssertionError("nobody can decide")


@pytest.mark.parametrize("pair", ways.pairs(ROWS), ids=named)
def test_a_step_is_taken_at_its_page_by_whom_the_table_names(
    app, cast, ready, tmp_path, live_server, new_page, offered, pair
):
    assert pair in offered, f"on no way of tests/ways.py is {named(pair)} offered"
    situation = offered[pair]
    place = ways.lying_ready(ready, tmp_path, cast, situation)
    before, visitor = number(place, situation.row.step), Visitor(new_page(1280), live_server)
    enter(visitor, situation.who, place)
    take(visitor, situation, place, answers_of(situation, place))
    db.session.rollback()  # what the server wrote meanwhile
    for decision in steps.open_proposals(place.case):
        approver = Visitor(new_page(1280), live_server)
        enter(approver, decider(place, situation.who), place)
        approver.follow(approver.page.locator(f"main a[href$='/proposals/{decision.id}']").first)
        approver.press("Approve")
    assert number(place, situation.row.step) == before + 1
