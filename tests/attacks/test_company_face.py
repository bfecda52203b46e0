"""Whatever happens in a case, no page, letter, file, feed, export or mail gives the company a word not meant for it."""

import re
from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.demonstration import upload
from grievance.doors import keeping
from grievance.doors.examples import EXAMPLES
from grievance.models.people import Role
from grievance.notify.outbox import deliver
from grievance.reports.casefile import open_case_file
from grievance.reports.queue_asked import SHOWS
from grievance.workflow import steps
from grievance.workflow.procedure import TABLE
from tests.accounts.test_leaving import join
from tests.attacks.own_walks import AGO, BESIDE, SAYS, contested, kept, on_paper_and_outside
from tests.attacks.planted import API, FORBIDDEN, ITS_STEPS, STOLEN, WORD, Eyes, Story
from tests.less import rest_long
from tests.notify.test_outbox import port, server
from tests.outside import a_release_came
from tests.scenarios.days import another_approver
from tests.unpadded import unpadded
from tests.views.test_routes import client_of
from tests.workflow.test_field_work import TOKENS

__all__ = ["port"]
SHOWN = demonstration.ANSWERS["show_summary"]
FOR_ALL, FOR_COMPANY = {"audience": "all", "message": "For all."}, {"audience": "company", "message": "For you."}


def to_the_end(story):
    """All that can happen on the way to a remedy, and after it."""
    plain = [upload("payslip.txt", b"A pay slip, for May.")]
    yield from (
        ("acknowledge", "Noor", 1, {}), ("classify", "Noor", 1, {"tags": ["child"]}), ("assign", "Tomas", 1, {}),
        ("ask", "Noor", 2, {}), ("answer", "Amina", 3, {}),
        ("write_down", "Noor", 3, {}), ("approve_words", "Amina", 3, {"right": "change"}),
        ("write_down", "Noor", 3, {}), ("approve_words", "Amina", 3, {"right": "right"}),
        ("note", "Noor", 3, {}), ("write", "Noor", 3, {}), ("write", "Amina", 3, {}), ("record_message", "Noor", 3, {}),
        ("attach", "Noor", 4, {}), ("attach", "Amina", 4, {}), ("attach", "Amina", 4, {"files": plain}),
        ("correct_identity", "Amina", 4, {"phone": "+999 555 0199"}), ("call_me", "Amina", 4, {}),
        ("choose_road", "Amina", 4, {"company_road": "yes", "officer_sex": "woman"}),
        ("show_visits", "Amina", 4, {}), ("hide_visits", "Amina", 4, {}),
        ("link", "Noor", 4, {}), ("unlink", "Noor", 4, {}),
        ("link", "Noor", 4, {}),
        ("show_summary", "Noor", 4, SHOWN), ("review_summary", "Amina", 4, {"verdict": "change"}),
        ("show_summary", "Noor", 4, SHOWN), ("review_summary", "Amina", 4, {"verdict": "right"}),
        ("refer", "Noor", 5, {}), ("recall_packet", "Noor", 5, {"packet": "", "previewed": ""}),
        ("hand_over_again", "Noor", 6, {}), ("recall_packet", "Noor", 6, {}), ("company_acknowledge", "Victor", 7, {}),
        ("write", "Victor", 8, {}), ("write", "Noor", 8, FOR_COMPANY), ("write", "Noor", 8, FOR_ALL),
        ("write", "Amina", 8, FOR_ALL), ("no_answer_needed", "Noor", 8, {}),
        ("attach", "Victor", 8, {}),
        ("say_about_file", "Amina", 9, {}), ("share_file", "Noor", 9, {}),
        ("request_extension", "Victor", 10, {"until": story.day(70)}), ("decide_extension", "Noor", 11, {}),
        ("ask_identity", "Noor", 12, {}), ("grant_identity", "Ines", 12, {}), ("open_identity", "Noor", 12, {}),
        ("ask_identity", "Noor", 12, {}), ("refuse_identity", "Ines", 12, {}),
        ("report_retaliation", "Amina", 13, {}), ("assess_safety", "Noor", 13, {}),
        ("protect", "Noor", 13, {}), ("agree_protection", "Amina", 13, {}), ("review_protection", "Noor", 14, {}),
        ("protect", "Noor", 14, {}), ("decline_protection", "Amina", 14, {}),
        ("lift_safety_alert", "Noor", 14, {}),
        ("suspend", "Tomas", 15, {"review_on": story.day(60)}), ("resume", "Tomas", 16, {}),
        ("withdraw", "Amina", 17, {}), ("undo_withdrawal", "Amina", 18, {}),
        ("escalate_unseen", "Noor", 19, {"ground": "retaliation", "tell_on": story.day(25)}),
        ("tell_company", "Noor", 19, {}), ("show_summary", "Noor", 19, SHOWN),
        ("review_summary", "Amina", 19, {"verdict": "right"}), ("refer_back", "Noor", 19, {}),
        ("escalate", "Amina", 19, {}),
        ("offer_good_offices", "Noor", 20, {}), ("decline_good_offices", "Amina", 20, {}),
        ("offer_good_offices", "Noor", 21, {}), ("agree_good_offices", "Amina", 21, {}),
        ("agree_good_offices", "Victor", 21, {}), ("begin_mediation", "Noor", 22, {}),
        ("end_mediation", "Noor", 23, {}), ("ask_board", "Noor", 24, {}), ("record_board_decision", "Tomas", 25, {}),
        ("respond", "Victor", 26, {}), ("cannot_read", "Amina", 26, {}), ("can_read", "Amina", 26, {}),
        ("translate", "Noor", 26, {}), ("comment", "Amina", 27, {}), ("conclude_review", "Noor", 28, {}),
        ("propose_remedy", "Victor", 29, {}), ("accept_remedy", "Amina", 30, {}),
        ("propose_remedy", "Noor", 30, {}), ("decline_remedy", "Amina", 30, {}),
        ("report_delivered", "Victor", 31, {}), ("dispute_remedy", "Amina", 32, {}),
        ("report_delivered", "Victor", 33, {}), ("verify_remedy", "Noor", 34, {}),
        ("propose_remedy", "Victor", 35, {}), ("waive_remedy", "Amina", 36, {}),
        ("remedy", "Noor", 37, {}), ("reopen", "Noor", 38, {}), ("remedy", "Noor", 39, {}),
        ("note", "Noor", 43, {}), ("correct_breach", "Paula", 44, {}),
        ("follow_up", "Noor", 110, {}), ("close", "Noor", 112, {}), ("appeal", "Amina", 113, {}),
        ("refuse_appeal", "Paula", 114, {}), ("set_legal_hold", "Noor", 115, {}), ("lift_legal_hold", "Noor", 116, {}),
        ("reissue_receipt", "Noor", 117, {}), ("change_consent", "Amina", 118, {}),
        ("exclude_person", "Tomas", 119, {"person": str(story.people["Paula"].account_id)}),
        ("let_in_again", "Noor", 119, {"person": str(story.people["Paula"].account_id)}),
        ("declare_conflict", "Noor", 120, {}),
        ("name_deputy", "Tomas", 121, {"deputy": f"{story.people['Tomas'].account_id}:officer"}),
        ("answer_follow_up", "Amina", 210, {"retaliation": "yes", "words": f"{WORD}, they came again."}),
    )  # fmt: skip


def withdrawn(story):
    yield from (
        ("acknowledge", "Noor", 1, {}), ("refer", "Noor", 5, {}), ("withdraw", "Amina", 6, {}),
        ("confirm_withdrawal", "Noor", 7, {}),
    )  # fmt: skip


def deleted(story):
    """An open case is closed for it, and it may be erased: to the company it is closed like any other."""
    yield from (
        ("acknowledge", "Noor", 1, {}), ("refer", "Noor", 5, {}), ("ask_deletion", "Amina", 6, {}),
        ("undo_deletion", "Amina", 7, {}), ("ask_deletion", "Amina", 8, {}), ("close_for_deletion", "Noor", 25, {}),
        ("ask_deletion", "Amina", 26, {}), ("answer_deletion", "Noor", 44, {"answer": "refused"}),
        (STOLEN, "Amina", 45, {}), ("end_freeze", "Noor", 46, {}),
    )  # fmt: skip


def notified(story):
    yield from (
        ("acknowledge", "Noor", 1, {}), ("escalate", "Noor", 2, {"ground": "retaliation"}),
        ("notify_company", "Noor", 3, {}), ("respond", "Victor", 4, {}), ("add_respondent", "Noor", 5, {}),
    )  # fmt: skip


def concern(story):
    yield from (
        ("acknowledge", "Noor", 1, {}), ("classify", "Noor", 1, {"track": "alert"}),
        ("record_concern", "Noor", 2, {}),
    )  # fmt: skip


def dismissed(story):
    yield from (("acknowledge", "Noor", 1, {}), ("dismiss", "Noor", 2, {}))


def changed(story):
    """It was the wrong company: what happens afterwards is none of its business, and not yet the right one's."""
    yield from (
        ("acknowledge", "Noor", 1, {}), ("refer", "Noor", 5, {}), ("company_acknowledge", "Victor", 6, {}),
        ("write", "Amina", 7, FOR_ALL), ("change_respondent", "Noor", 8, {}), ("write", "Amina", 9, {}),
        ("record_destruction", "Noor", 9, {}),
        ("lift_safety_alert", "Noor", 10, {}), ("change_consent", "Amina", 11, {"share_account": "yes"}),
    )  # fmt: skip


OWN = (on_paper_and_outside, kept)
WALKS = (to_the_end, withdrawn, deleted, notified, concern, dismissed, changed, contested, *OWN)


@pytest.fixture
def people(app, cast):
    """The cast, a second approver, another case that can be linked, and another door."""
    keeping.add(cast["Noor"], EXAMPLES[0])
    demonstration.file_one(clock.now())
    return {**cast, "Paula": another_approver(cast)}


def office_of(walk, people):
    """With a second officer where somebody is put beside: elsewhere an officer has no deputy among them."""
    return {**people, "Petra": join("Petra", Role.OFFICER, people["Noor"])} if walk is on_paper_and_outside else people


@pytest.mark.parametrize("walk", rest_long(WALKS, *WALKS[1:]), ids=lambda walk: walk.__name__)
def test_no_planted_word_ever_reaches_the_company(app, people, port, walk):
    story, victor, olga = (
        Story(office_of(walk, people), AGO.get(walk, 150), spoken=walk is to_the_end),
        Eyes(app, people["Victor"]),
        Eyes(app, people["Olga"]),
    )
    with server(port) as box:
        for step, who, number, given in walk(story):
            now = story.take(step, who, number, **given)
            deliver(now)
            assert victor.leaks(story) == [], step
            assert sees_nothing(olga, story), step
    for eyes in (victor, olga):  # what was not for them before may not become so either
        eyes.asked_for.clear()
        assert eyes.leaks(story) == []
    mails = [(mail["To"], mail.as_string()) for _tos, mail in box.mails]
    assert not [text for _to, text in mails if any(word in text for word in (*FORBIDDEN, story.reference))]
    assert people["Olga"].name.lower() not in "".join(to for to, _text in mails)


def sees_nothing(olga, story):
    """Every page of the case is as if it did not exist, and no list names it."""
    lists = all(status == 200 and story.reference not in text for _p, status, text in olga.read(olga.lists()))
    return lists and all(status == 404 for _path, status, _text in olga.read(olga.of_case(story)))


def test_the_words_were_planted_where_the_secretariat_and_the_complainant_read_them(app, people):
    story = Story(people, spoken=True)
    for step, who, number, given in to_the_end(story):
        story.take(step, who, number, **given)
        if step == "comment":
            break
    for name, least in (("Noor", 30), ("Amina", 15)):
        file = open_case_file(story.people[name], story.case)
        found = [text for w in file.writings for _label, text in w.fields if WORD in str(text)]
        assert len(found) >= least, name


def test_each_step_of_the_complainant_and_the_secretariat_is_walked_here():
    """A new step belongs into one of the walks, unless it cannot meet a case that the company has."""
    walked = {step for walk in WALKS for step, *_ in walk(_NoStory())}
    others = {row.step for row in TABLE if row.who & {Role.COMPLAINANT, Role.OFFICER, Role.APPROVER, Role.CUSTODIAN}}
    elsewhere = {"confirm_receipt", "let_speak"}  # of receipts that a code made: the first is in the walk of the twins
    never = {"come_back", "erase", "reopen_admission", "revoke_authority", "share_identity"}
    assert others - walked == never | elsewhere


@pytest.mark.parametrize("walk", OWN, ids=lambda walk: walk.__name__)
def test_of_what_the_office_and_she_do_by_themselves_a_company_sees_nothing_but_the_letter_that_was_sent_to_it(
    app, people, port, walk
):
    """Pages, lists, exports and feed before and after each step are the same, and no mail goes."""
    story, victor = Story(office_of(walk, people), AGO[walk]), Eyes(app, people["Victor"])
    with server(port) as box:
        for step, who, number, given in walk(story):
            the_clock_came(story, number)
            before = as_it_stands(victor, story) if step not in BESIDE else {}
            mails = to_companies(box, people)
            deliver(story.take(step, who, number, **given))
            a_release_came()
            if step in BESIDE:
                as_it_stands(victor, story)  # the first look takes the marks of what was new
                continue
            after = as_it_stands(victor, story, looks=1)  # a mark of something new would be a change, too
            changed = [path for path in before if before[path] != after[path]]
            assert bool(changed) is (step in SAYS) and (to_companies(box, people) == mails or step in SAYS), step


def the_clock_came(story, number):
    """What the day brings by itself is no doing of the step's."""
    now = story.begin + timedelta(days=number)
    steps.bring_up_to_date(story.people["Noor"], story.reference, now)
    deliver(now)


ASKED_AT = re.compile(r'"exported_at": "[^"]*"|DTSTAMP:\w+')
"""When a file was asked for."""


def as_it_stands(eyes, story, looks=2):
    """All that a company can ask for of a case and of all of them: by path, its status and its words. `looks`: the
    first one takes the marks of what was new before."""
    base = f"/company/cases/{story.reference}"
    pages = [*eyes.lists(), base, *(f"{base}/steps/{step}" for step in ITS_STEPS)]
    for _look in range(looks):
        found = {
            path: (status, ASKED_AT.sub("", TOKENS.sub("", unpadded(text)))) for path, status, text in eyes.read(pages)
        }
    return found


def to_companies(box, people):
    return len([1 for tos, _mail in box.mails if any(one in str(tos) for one in ("victor", "olga"))])


class _NoStory:
    """Stands in where only the names of the steps are asked for."""

    people = dict.fromkeys(("Paula", "Tomas", "Petra"), type("_", (), {"account_id": 0}))

    def day(self, number):
        return str(number)


@pytest.fixture
def referred(app, people):
    story = Story(people)
    for step, who, number in (("acknowledge", "Noor", 1), ("refer", "Noor", 5)):
        story.take(step, who, number)
    return story


def test_a_word_in_a_message_for_all_would_be_found_on_the_page_and_in_the_export(app, people, referred):
    victor = Eyes(app, people["Victor"])
    assert victor.leaks(referred) == []
    referred.take("write", "Noor", 6, audience="all", message=f"{WORD} for all.")
    *found, letter = victor.leaks(referred)
    case = f"/company/cases/{referred.reference}"
    assert found == ["/company/export", case, f"{API}/cases/{referred.reference}"] and letter.startswith(
        f"{case}/letters/"
    )


def test_a_word_in_a_letter_and_in_a_file_would_be_found_too(app, people, referred):
    victor = Eyes(app, people["Victor"])
    referred.take("conclude_review", "Noor", 6, observations=f"{WORD} in a letter.")
    raw = {"audience": "all", "files": [upload("answer.txt", f"{WORD} in a file.".encode())]}
    steps.take("attach", people["Victor"], referred.reference, raw)
    found = " ".join(victor.leaks(referred))
    assert "/letters/" in found and "/company/cases" in found and f"{API}/cases/{referred.reference}/files/" in found


def test_another_company_that_got_the_case_by_mistake_would_be_noticed(app, people, referred):
    assert sees_nothing(Eyes(app, people["Olga"]), referred)
    assert not sees_nothing(Eyes(app, people["Victor"]), referred)


def test_no_filter_of_the_queue_says_more(app, people, referred):
    client = client_of(app, "Victor")
    for show in (*SHOWS, "nothing", "open&severity=high&state=referred"):
        page = client.get(f"/company?show={show}").text
        assert not any(word in page for word in FORBIDDEN), show
