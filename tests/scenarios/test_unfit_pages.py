"""Every page that shows something of a case: which says that the case does not fit its record, and which need not."""

import json

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.accounts import company_tokens
from grievance.demonstration import signed_in
from grievance.extensions import db
from grievance.models.writing import Letter
from grievance.workflow import post, steps, unfit
from tests.outside import a_release_came
from tests.paper import TO_COMPANY
from tests.scenarios.pages import hidden
from tests.scenarios.test_unfit import changed, hers
from tests.views.test_routes import client_of

SAID = {"desk": unfit.TO_THE_OFFICE, "triage": unfit.TO_THE_OFFICE,
        "paper_letters": unfit.TO_THE_OFFICE, "custodian": unfit.TO_THE_OFFICE,
        "company": unfit.TO_THE_COMPANY, "company_api": unfit.TO_THE_COMPANY,
        "status": unfit.TO_HER, "group": unfit.TO_HER, "api": unfit.TO_HER}  # fmt: skip
"""By the name of a blueprint: what its readers are told."""
LOOKS_IN = {"desk": "Noor", "triage": "Noor", "paper_letters": "Noor", "custodian": "Ines", "company": "Victor"}
SILENT = {
    "desk.one_file": "its bytes are those that were sealed, or it does not open; the page with its link warns",
    "company.one_file": "as at the desk",
    "company_api.one_file": "as at the desk",
    "company_api.packet": "the words that were sealed for it, or none; the case's own answer says it",
    "status.one_file": "as at the desk",
    "desk.listen": "as a file",
    "desk.readers": "how often people opened it, counted beside the case and on the office's own record",
    "tasks.new": "an empty form: what is due, and nothing of the case",
    "incidents.of_case": "it leads to the case's own page, which says it there",
    "evidence.show": "it leads to the case's own page, and says of each file whether the record vouches for it",
    "evidence.all_files": "given out as the other PDF files are, by `taken_away`",
    "evidence.one_file": "given out as the other PDF files are, by `taken_away`",
    "triage.show": "it leads to the case's own page, and says it there",
    "status.listen": "as a file",
    "status.signs": "where a sign goes, and nothing of the case",
    "company.ended": "one letter, sealed to the company's own key: it opens as it was sealed, or not at all",
    "group.new": "an empty form: sending it is refused, and the page with its link says why",
    "group.slips": "numbers for other cases, which open or do not; the page with the link warns",
    "group.slips_file": "the same as a file",
    "status.proof": "a signed file about the record, and nothing of what stands beside it",
    "company.export_dates": "dates alone; the case in the other file, and at its page, says so",
}
"""Which say nothing of it, and why."""
POSTED = {"company.export", "company.export_dates"}
WITHOUT_A_REFERENCE = POSTED | {"api.case"}
"""Which show one all the same."""


def rules(app):
    """Of what shows a case, by endpoint: hers are those of one receipt."""
    shown = [one for one in app.url_map.iter_rules() if "GET" in one.methods or one.endpoint in POSTED]
    about = ("<reference>", "/follow/case")
    return {one.endpoint: one for one in shown
            if one.endpoint in WITHOUT_A_REFERENCE or any(part in one.rule for part in about)}  # fmt: skip


@pytest.fixture
def told(app, today):
    """The story, with a proposal, a request for the identity, and a letter to each side."""
    now = clock.now()
    demonstration.do("ask_identity", today.noor, today.reference, now)
    demonstration.do("escalate", today.noor, today.reference, now)
    a_release_came()
    answers = demonstration.answers_for("refer_back", today.noor, today.case)
    decision = steps.take("refer_back", today.noor, today.reference, answers)
    found = db.session.scalars(select(Letter).where(Letter.case_id == today.case.id))
    letters = {one.recipient: one.name for one in found}
    steps.take("write_letter", today.noor, today.reference, TO_COMPANY)
    binding = steps.take("write_letter", today.noor, today.reference, {**TO_COMPANY, "letter_kind": "decision"})
    letter = post.written(today.case)[0].id
    today.values = {"reference": today.reference, "decision_id": decision.id, "writing_id": letter}
    today.binding = binding.id
    today.letters = {"desk": letters["complainant"], "company": letters["company"], "status": letters["complainant"]}
    today.app = app
    today.token = company_tokens.make(signed_in("Victor"), "Our desk", demonstration.PASSWORD)
    return today


def opened(story, endpoint):
    """The page, as its reader opens it."""
    where = endpoint.partition(".")[0]
    rule = rules(story.app)[endpoint]
    step = "grant_identity" if where == "custodian" else "write"
    values = {**story.values, "step": step, "letter_id": story.letters.get(where)}
    if endpoint == "paper_letters.proposed":
        values["decision_id"] = story.binding
    adapter = story.app.url_map.bind("localhost")
    method = "POST" if endpoint in POSTED else "GET"
    path = adapter.build(endpoint, {name: values[name] for name in rule.arguments}, method=method)
    if where == "company_api":
        return story.app.test_client().get(path, headers={"Authorization": f"Bearer {story.token}"})
    if where == "api":
        return story.app.test_client().get(path, headers={"Authorization": f"Receipt {story.code}"})
    client = client_of(story.app, LOOKS_IN[where]) if where in LOOKS_IN else hers(story)
    page = client.post(path, data=hidden(client.get("/company"))) if endpoint in POSTED else client.get(path)
    db.session.rollback()  # what a company was told of a row is nobody else's: a server's next request reads it anew
    return page


def text_of(page):
    if page.mimetype == "application/pdf":
        return ""
    if page.mimetype != "application/json":
        return page.text
    body = json.loads(page.text)
    return str(body.get("unfit") or [case["unfit"] for case in body.get("cases", ())])


@pytest.fixture
def warned(told):
    """Which pages say it, and which PDF files are given out, before the change and after it."""

    def look():
        pages = {one: opened(told, one) for one in rules(told.app).keys() - SILENT.keys()}
        saying = {one for one, page in pages.items() if str(SAID[one.partition(".")[0]]) in text_of(page)}
        return saying, {one for one, page in pages.items() if page.mimetype == "application/pdf"}

    before = look()
    changed(told)
    return before, look()


def test_each_page_says_so_or_has_a_reason_not_to(told, warned):
    before, after = warned
    pdf = {
        "desk.brief",
        "desk.letter",
        "company.letter",
        "status.letter",
        "status.summary_file",
        "paper_letters.printed",
        "paper_letters.proposed",
    }
    assert before == (set(), pdf)
    assert after == (rules(told.app).keys() - SILENT.keys(), set())


def test_the_reasons_are_of_pages_that_there_are(app):
    assert SILENT.keys() <= rules(app).keys()
