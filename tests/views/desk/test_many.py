"""One thing with many cases: each an event of its own, each refusal named, nothing half done, whoever may be in danger
left out."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from bench.statements import counted
from grievance import clock, demonstration
from grievance.access import find_case
from grievance.deadlines import days
from grievance.desk import message_templates
from grievance.extensions import db, speaking
from grievance.forms.choices import TAGS
from grievance.models.case import Severity
from grievance.models.event import Event
from grievance.models.people import Role
from grievance.record import chain, compare
from grievance.reports.casefile import open_case_file
from grievance.workflow import steps
from tests.views.test_routes import client_of, token

READ = {"no_conflict": "yes", "safety_looked_at": "yes"}
OURS = "Thank you: we have read what you wrote."
TAG = next(iter(dict(TAGS)))


@pytest.fixture
def references(app, cast):
    start = clock.now() - timedelta(days=6)
    return [demonstration.file_one(start + timedelta(hours=n))[0] for n in range(3)]


@pytest.fixture
def noor(app, references):
    return client_of(app, "Noor")


def page_of(client, what, references):
    """By the buttons below the queue."""
    said = {"csrf_token": token(client.get("/desk?show=closed")), "what": what, "case": references}
    return client.post("/desk/many", data=said, follow_redirects=True)


def press(client, what, references, **answers):
    page = page_of(client, what, references)
    seen = dict(re.findall(r'name="(version-[^"]+)" value="(\d+)"', page.text))
    listed = re.findall(r'name="listed" value="([^"]+)"', page.text)
    said = {"csrf_token": token(page), "case": references, "listed": listed, **seen, **answers}
    return client.post(f"/desk/many/{what}", data=said)


def go_on(client, what, look, button="looked"):
    """Below the letters: the button that sends, or `Change it`."""
    forms = re.findall(r"<form (.*?)</form>", look.text.split('<div class="actions">')[1], re.DOTALL)
    (form,) = [one for one in forms if (button == "looked") == ('id="typed"' in one)]
    said = MultiDict((name, unescape(value)) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form))
    return client.post(f"/desk/many/{what}", data=said)


def events_of(cast, reference):
    case = find_case(cast["Noor"], reference)
    theirs = select(Event.kind).where(Event.case_id == case.id, Event.role != Role.CLOCK.value)
    return list(db.session.scalars(theirs.order_by(Event.seq)))


def written(cast, reference):
    file = open_case_file(cast["Noor"], find_case(cast["Noor"], reference))
    return [str(said) for one in file.writings if one.step == "write" for _label, said in one.fields]


def test_all_that_are_ticked_are_acknowledged_classified_and_written_to_by_one_press(noor, references, cast):
    answer = press(noor, "acknowledge", references, **READ, severity="medium", **{"own-en": OURS})
    assert answer.location == "/desk"
    for reference in references:
        assert events_of(cast, reference) == ["file", "acknowledge", "classify", "write"]
        assert find_case(cast["Noor"], reference).severity == Severity.MEDIUM
        assert OURS in "".join(written(cast, reference))
    assert chain.verify() == [] and list(compare.everything()) == []


def test_without_a_severity_they_are_acknowledged_alone(noor, references, cast):
    press(noor, "acknowledge", references[:2], **READ)
    assert [events_of(cast, one) for one in references] == [["file", "acknowledge"]] * 2 + [["file"]]
    assert find_case(cast["Noor"], references[0]).severity is None


@pytest.mark.parametrize("left_out", ["no_conflict", "safety_looked_at"])
def test_before_both_are_said_nothing_happens_and_the_letter_stays_typed(noor, references, cast, left_out):
    said = {name: value for name, value in READ.items() if name != left_out}
    page = press(noor, "acknowledge", references, **said, **{"own-en": OURS})
    assert page.status_code == 422 and f'href="#{left_out}"' in page.text and OURS in page.text
    assert {tuple(events_of(cast, one)) for one in references} == {("file",)}


def test_nothing_that_is_asked_is_filled_in_beforehand(noor, references):
    page = page_of(noor, "acknowledge", references).text
    for name in READ:
        assert not re.search(rf'name="{name}"[^>]* checked', page)
    assert " selected" not in page.split('id="severity"')[1].split("</select>")[0]


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"could_harm": "yes", "harm_when": "soon"}, "it does not say no"),
        ({"could_harm": "unsure"}, "it does not say no"),
        ({"files": True}, "It has files that nobody of the office opened."),
    ],
)
def test_who_may_be_in_danger_and_what_has_files_is_left_out_by_name_and_refused_if_it_is_sent(
    noor, references, cast, answers, why
):
    if answers.get("files"):
        answers = {"files": [demonstration.upload("payslip.txt", b"A pay slip.")]}
    other = demonstration.file_one(clock.now(), **answers)[0]
    page = page_of(noor, "acknowledge", [references[0], other])
    assert f'name="case" value="{other}"' not in page.text
    assert other in page.text and why in page.text
    refused = press(noor, "acknowledge", [references[0], other], **READ)
    assert refused.status_code == 409 and f"{other}: " in refused.text
    assert events_of(cast, references[0]) == ["file", "acknowledge"]
    assert "acknowledge" not in events_of(cast, other)


def test_a_case_is_one_of_many_once_somebody_of_the_office_opened_its_files(noor, references):
    other = demonstration.file_one(clock.now(), files=[demonstration.upload("payslip.txt", b"A pay slip.")])[0]
    link = re.search(rf"/desk/cases/{other}/files/\w+(?=\")", noor.get(f"/desk/cases/{other}").text)[0]
    assert f'name="case" value="{other}"' not in page_of(noor, "acknowledge", [references[0], other]).text
    with noor.get(link) as answer:
        assert answer.data == b"A pay slip."
    assert f'name="case" value="{other}"' in page_of(noor, "acknowledge", [references[0], other]).text


def test_an_alert_that_was_raised_since_leaves_a_case_out_too(noor, references, cast):
    steps.take("report_retaliation", cast["Noor"], references[0], {"happened": "They threatened her brother."})
    assert f"{references[0]}</a>: A safety alert is open." in page_of(noor, "acknowledge", references).text


def test_what_a_colleague_changed_meanwhile_is_named_and_the_rest_is_done(noor, references, cast):
    page = page_of(noor, "acknowledge", references)
    seen = dict(re.findall(r'name="(version-[^"]+)" value="(\d+)"', page.text))
    steps.take("note", cast["Noor"], references[1], {"note": "She called."})
    said = {"csrf_token": token(page), "case": references, "listed": references, **seen, **READ}
    answer = noor.post("/desk/many/acknowledge", data=said)
    assert answer.status_code == 409 and f"{references[1]}: This case has changed" in answer.text
    assert [("acknowledge" in events_of(cast, one)) for one in references] == [True, False, True]


def test_one_that_is_refused_half_way_has_nothing_of_it_done(noor, references, cast):
    """The wording says a company, and the case has none: it is not acknowledged either."""
    message_templates.add(
        cast["Tomas"], {"name": "Named", "step": "write", "language": "en", "text": "About {company}."}
    )
    nameless = demonstration.file_one(clock.now(), company="unknown")[0]
    look = press(noor, "acknowledge", [references[0], nameless], **READ, **{"wording-en": "1"})
    assert f"{nameless}</a>: The wording says {{company}}, and this case has none." in look.text
    assert go_on(noor, "acknowledge", look).location == "/desk"
    assert events_of(cast, nameless) == ["file"]
    assert "About Larkfield" in "".join(written(cast, references[0]))


def test_who_writes_in_one_language_writes_in_each_that_somebody_reads(noor, references, cast):
    french = demonstration.file_one(clock.now(), language="fr")[0]
    page = press(noor, "write", [references[0], french], **{"own-en": OURS})
    assert page.status_code == 422 and 'href="#own-fr"' in page.text and OURS in page.text
    press(noor, "write", [references[0], french], **{"own-en": OURS, "own-fr": "Merci."})
    assert OURS in "".join(written(cast, references[0])) and "Merci." in "".join(written(cast, french))


@pytest.mark.parametrize(("what", "said"), [("write", {}), ("acknowledge", READ)])
def test_what_a_wording_says_in_each_case_is_looked_at_before_it_is_sent(noor, references, cast, what, said):
    wording(cast, "{company} has your complaint {reference}.")
    look = press(noor, what, references, **said, **{"wording-en": "1"})
    assert look.status_code == 200 and "Nothing is sent yet." in look.text
    for reference in references:
        assert f"Larkfield Guarding has your complaint {reference}." in look.text
        assert events_of(cast, reference) == ["file"]
    assert go_on(noor, what, look).location == "/desk"
    for reference in references:
        assert f"Larkfield Guarding has your complaint {reference}." in "".join(written(cast, reference))


def test_who_changes_it_after_the_look_finds_all_that_was_typed(noor, references, cast):
    wording(cast, "Thank you for {reference}.")
    french = demonstration.file_one(clock.now(), language="fr")[0]
    letters = {"wording-en": "1", "own-fr": 'Merci "de tout".'}
    look = press(noor, "acknowledge", [references[0], french], **READ, severity="low", **letters)
    page = go_on(noor, "acknowledge", look, "change")
    assert page.status_code == 200 and events_of(cast, references[0]) == ["file"]
    assert "Merci &#34;de tout&#34;.</textarea>" in page.text and '<option value="1" selected>' in page.text
    assert len(re.findall(r'type="checkbox"[^>]* checked', page.text)) == 4
    assert '<option value="low" selected>' in page.text


def test_a_wording_that_became_another_since_the_look_is_looked_at_again(noor, references, cast):
    wording(cast, "Thank you for {reference}.")
    look = press(noor, "write", references, **{"wording-en": "1"})
    changed = {"name": "Ours", "step": "write", "language": "en", "text": "We closed {reference}."}
    message_templates.change(cast["Tomas"], 1, changed, 1)
    again = go_on(noor, "write", look)
    assert again.status_code == 200 and f"We closed {references[0]}." in again.text
    assert events_of(cast, references[0]) == ["file"]


def test_a_wording_until_a_date_is_refused_by_name_where_the_next_date_is_hers(noor, references, cast):
    wording(cast, "You need not do anything before {due}.")
    demonstration.do("acknowledge", cast["Noor"], references[0], clock.now())
    demonstration.do("ask", cast["Noor"], references[0], clock.now())
    look = press(noor, "write", references[:2], **{"wording-en": "1"}).text
    assert f"{references[0]}</a>: The wording says {{due}}, and what is due next is the complainant&#39;s own" in look
    assert f'name="case" value="{references[0]}"' not in look.split('id="typed"')[1].split("</form>")[0]
    alone = press(noor, "write", references[:1], **{"wording-en": "1"})
    assert alone.status_code == 409 and "1 case stays as it was" in alone.text
    assert '<option value="1" selected>' in alone.text


def test_with_the_acknowledgement_no_wording_says_the_date_that_ends_with_it(noor, references, cast):
    wording(cast, "What is due next is due on {due}.")
    page = press(noor, "acknowledge", references, **READ, **{"wording-en": "1"})
    assert page.status_code == 409 and page.text.count("acknowledge first, and write then.") == 3
    assert {tuple(events_of(cast, one)) for one in references} == {("file",)}


def wording(cast, text):
    message_templates.add(cast["Tomas"], {"name": "Ours", "step": "write", "language": "en", "text": text})


def test_a_letter_without_a_word_is_asked_for_and_in_the_other_languages_too(noor, references):
    page = press(noor, "write", references)
    assert page.status_code == 422 and "Choose a wording or write in your own words." in page.text
    assert "Write it in this language too." not in page.text
    french = demonstration.file_one(clock.now(), language="fr")[0]
    page = press(noor, "write", [references[0], french]).text
    assert page.count("Choose a wording or write in your own words.") == 2  # above, and beside its field
    assert page.count("Write it in this language too.") == 2


def test_the_work_comes_first_and_what_is_left_out_says_when_it_was_acknowledged(noor, references, cast):
    demonstration.do("acknowledge", cast["Noor"], references[0], clock.now())
    later = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=9))[0]
    page = page_of(noor, "acknowledge", [later, *references]).text
    assert page.index(f'name="case" value="{references[1]}"') < page.index('id="left-out"')
    with speaking("en"):
        today, then = (days.full_date(clock.office_today() - timedelta(days=n)) for n in (0, 8))
    assert f"{references[0]}</a>: It was acknowledged on {today}." in page
    assert f"{later}</a>: It was acknowledged on {then}." in page
    assert "This step is not possible" not in page


def test_tags_are_added_to_what_was_classified_and_what_was_not_is_left_out(noor, references, cast):
    for one in references[:2]:
        demonstration.do("classify", cast["Noor"], one, clock.now())
    before = find_case(cast["Noor"], references[0]).topics
    page = page_of(noor, "tag", references).text
    assert "It is not classified yet." in page
    assert f'href="/desk/cases/{references[2]}/steps/classify"' in page
    press(noor, "tag", references[:2], tags=TAG)
    db.session.rollback()
    for one in references[:2]:
        assert find_case(cast["Noor"], one).topics == [*before, TAG]
        assert find_case(cast["Noor"], one).severity == Severity.MEDIUM


def test_a_case_that_is_not_theirs_to_see_is_named_and_told_nothing_of(noor, references, cast):
    steps.take("declare_conflict", cast["Noor"], references[0], {"why": "My brother works there."})
    for reference in (references[0], "no-such-case"):
        page = page_of(noor, "acknowledge", [reference]).text
        assert f"{reference[:20]}: There is no such case" in " ".join(page.split())
        assert demonstration.ACCOUNT[:40] not in page


def test_the_whole_page_of_a_queue_is_chosen_by_its_address(noor, references):
    page = noor.get("/desk/many/acknowledge?show=unacknowledged").text
    assert all(f'name="case" value="{one}" checked' in page for one in references)


def test_no_address_holds_what_was_ticked_and_the_page_is_there_again_when_it_is_asked_for_anew(noor, references):
    said = {"csrf_token": token(noor.get("/desk")), "what": "write", "case": references}
    answer = noor.post("/desk/many", data=said)
    assert answer.status_code == 303 and answer.location == "/desk/many/write"
    for _each in range(2):
        assert all(f'name="case" value="{one}" checked' in noor.get(answer.location).text for one in references)


def test_what_an_address_says_was_ticked_is_nobodys_choice(noor, references):
    assert "Tick cases in the queue first." in noor.get(f"/desk/many/write?case={references[0]}").text


def test_a_hundred_that_are_ticked_fit_into_what_a_browser_keeps(noor):
    many = [f"GR-{number:04}-WXYZ" for number in range(120)]
    said = {"csrf_token": token(noor.get("/desk")), "what": "write", "case": [*many, "x" * 5000]}
    cookie = noor.post("/desk/many", data=said).headers["Set-Cookie"]
    assert len(cookie) < 4000


def test_after_a_refusal_what_was_typed_stays_for_those_that_remain_and_for_them_alone(noor, references, cast):
    page = page_of(noor, "write", references)
    seen = dict(re.findall(r'name="(version-[^"]+)" value="(\d+)"', page.text))
    steps.take("note", cast["Noor"], references[1], {"note": "She called."})
    said = {"csrf_token": token(page), "case": references, "listed": references, **seen, "own-en": OURS}
    answer = noor.post("/desk/many/write", data=said)
    assert answer.status_code == 409 and f"{OURS}</textarea>" in answer.text
    assert re.findall(r'name="case" value="([^"]+)" checked', answer.text) == [references[1]], "nobody is written twice"
    seen = dict(re.findall(r'name="(version-[^"]+)" value="(\d+)"', answer.text))
    again = {"csrf_token": token(answer), "case": references[1:2], "listed": references[1:2], **seen, "own-en": OURS}
    assert noor.post("/desk/many/write", data=again).location == "/desk"
    assert [len(written(cast, one)) for one in references] == [1, 1, 1]


def test_after_a_refusal_the_severity_stays_and_what_was_looked_at_is_asked_again(noor, references, cast):
    page = page_of(noor, "acknowledge", references)
    seen = dict(re.findall(r'name="(version-[^"]+)" value="(\d+)"', page.text))
    steps.take("note", cast["Noor"], references[1], {"note": "She called."})
    said = {"csrf_token": token(page), "case": references, "listed": references, **seen, **READ, "severity": "low"}
    answer = noor.post("/desk/many/acknowledge", data={**said, "own-en": OURS}).text
    assert '<option value="low" selected>' in answer and f"{OURS}</textarea>" in answer
    for name in READ:
        assert not re.search(rf'name="{name}"[^>]* checked', answer)


def test_a_letter_that_can_go_to_nobody_any_more_still_stands_there(noor, references, cast):
    page = page_of(noor, "write", references[:1])
    steps.take("declare_conflict", cast["Noor"], references[0], {"why": "My brother works there."})
    said = {"csrf_token": token(page), "case": references[:1], "listed": references[:1], "own-en": OURS}
    answer = noor.post("/desk/many/write", data=said)
    assert answer.status_code in (409, 422) and OURS in answer.text


def test_with_nothing_ticked_the_page_says_what_to_do_first(noor):
    assert "Tick cases in the queue first." in noor.get("/desk/many/write").text


@pytest.mark.parametrize(("what", "most"), [("acknowledge", 2), ("write", 3), ("tag", 2)])
def test_each_more_on_the_page_for_many_is_compared_with_its_record_and_takes_no_other_statement(
    noor, references, cast, what, most
):
    """Two for the record; one more where somebody is written to, for whom the step may be addressed to."""
    more = [demonstration.file_one(clock.now() - timedelta(hours=n))[0] for n in range(4)]
    for one in [*references, *more]:
        demonstration.do("classify", cast["Noor"], one, clock.now())
    counts = []
    for chosen in (references, [*references, *more]):
        said = {"csrf_token": token(noor.get("/desk?show=closed")), "what": what, "case": chosen}
        noor.post("/desk/many", data=said)
        with counted(db.engine) as seen:
            page = noor.get(f"/desk/many/{what}")
        assert all(f'name="case" value="{one}"' in page.text for one in chosen)
        counts.append(len(seen))
    assert counts[1] - counts[0] <= most * len(more)
    assert counts[0] - most * len(references) <= 16
