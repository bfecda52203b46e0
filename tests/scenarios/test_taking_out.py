"""A part is taken out of a case: she is told first, two people do it, nothing of it is left, and each text says so."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from grievance import clock, demonstration
from grievance.access import NoSuchCase, find_case, opened
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.maintenance import indexing
from grievance.maintenance.sweep import sweep
from grievance.models.event import Event
from grievance.models.search import SearchBlock
from grievance.models.writing import Attachment, Writing
from grievance.record import compare, taken_out
from grievance.reports import searchable
from grievance.reports.answer_view import A_PART_IS_GONE
from grievance.reports.casefile import open_case_file, open_file
from grievance.reports.first_words import first_words
from grievance.reports.packet import review
from grievance.reports.word_search import Among, find_words
from grievance.search import store
from grievance.workflow import parts, post, steps
from tests.outside import a_release_came
from tests.paper import TO_COMPANY, TO_HER

PASSPORT = "the passport 77 12 of Joan Doe"
ACCOUNT = f"Guards pushed me. I found {PASSPORT} there. My name is Amina Said."


class Told:
    """A case at the company, in which she named somebody and sent a file; and the days on which things happen."""

    def __init__(self, cast):
        self.start = clock.now() - timedelta(days=60)
        self.reference, amina, self.code = demonstration.file_one(
            self.start, account=ACCOUNT, name="Amina Said", where="The north gate"
        )
        self.people = {**cast, "Amina": amina}
        for step, who in (("acknowledge", "Noor"), ("show_summary", "Noor"), ("review_summary", "Amina"),
                          ("refer", "Noor")):  # fmt: skip
            self.do(step, who, 1)
        self.do("attach", "Amina", 2, files=[demonstration.upload("passport.txt", b"A passport, and who it is of.")],
                audience="secretariat", about="What I found.")  # fmt: skip

    def do(self, step, who, day, **more):
        at = self.start + timedelta(days=day)
        demonstration.do(step, self.people[who], self.reference, at, self.people["Tomas"], **more)

    @property
    def case(self):
        return find_case(self.people["Noor"], self.reference)

    def options(self, kind, among=()):
        found = parts.options(self.case, opened(self.people["Noor"], self.case), among)
        return [one for one, _name in found if one.startswith(kind)]

    @property
    def account(self):
        return next(one for one in self.options("writing") if self.row(one).step == "file")

    def row(self, part):
        return db.session.get_one(Writing, part.partition(":")[2])

    def take(self, step, who, day, **raw):
        return steps.take(step, self.people[who], self.reference, raw, now=self.start + timedelta(days=day))

    def announce(self, day=10, **raw):
        return self.take("announce_removal", "Noor", day, why="It is of somebody else.", **raw)

    def passage(self):
        self.announce(part=self.account, passage=PASSPORT)

    def file(self):
        self.announce(part=self.options("file")[0])

    def remove(self, day=40, approve=True):
        steps.bring_up_to_date(self.people["Noor"], self.reference, self.start + timedelta(days=day))
        decision = self.take("remove_part", "Noor", day, removal=self.options("", ("announced",))[0])
        if approve:
            at = self.start + timedelta(days=day, hours=1)
            steps.decide(self.people["Tomas"], self.reference, decision.id, True, now=at)
        return decision

    def reads(self, who):
        """All that somebody reads of the case, as one text."""
        return json.dumps([[str(w.step), [[str(a), str(b)] for a, b in w.fields], w.files] for w in
                           open_case_file(self.people[who], self.case).writings], ensure_ascii=False)  # fmt: skip


@pytest.fixture
def told(app, cast):
    return Told(cast)


def test_she_is_told_what_and_why_and_has_fourteen_days_before_anybody_can_propose_it(told):
    told.passage()
    assert PASSPORT in told.reads("Amina") and "It is of somebody else." in told.reads("Amina")
    assert told.case.open_limits and "L29" in [limit.key for limit in told.case.open_limits if limit.open]
    with pytest.raises(Refused, match="can say something about it until"):
        told.take("remove_part", "Noor", 12, removal=told.options("", ("announced",))[0])


def test_what_she_says_about_it_ends_her_time_and_waits_for_the_office(told):
    told.passage()
    told.take("object_to_removal", "Amina", 11, objection="It is all that I have.")
    assert told.case.waits_since and "It is all that I have." in told.reads("Noor")
    told.remove(day=12)
    with pytest.raises(Refused, match="nothing of which we told you"):
        told.take("object_to_removal", "Amina", 13, objection="And now?")


def test_a_passage_is_gone_for_everybody_and_the_text_says_so(told):
    told.passage()
    told.remove()
    for who in ("Noor", "Amina"):
        assert PASSPORT not in told.reads(who)
        assert f"I found {taken_out.MARK} there." in told.reads(who) and str(A_PART_IS_GONE) in told.reads(who)


def test_what_went_is_found_by_no_search_and_stands_in_no_block_of_its_index(told):
    noor = told.people["Noor"]
    demonstration.file_one(clock.now(), account="I saw Joan at the gate.")
    told.passage()
    indexing.index_some(noor)
    hits = find_words(noor, "joan", Among()).total
    blocks = set(db.session.scalars(select(SearchBlock.sealed)))
    told.remove()
    assert not blocks & set(db.session.scalars(select(SearchBlock.sealed)))
    indexing.index_some(noor)
    assert (hits, find_words(noor, "joan", Among()).total) == (2, 1)


def test_what_is_left_of_a_text_is_still_found_by_a_search(told):
    noor = told.people["Noor"]
    told.passage()
    indexing.index_some(noor)
    told.remove()
    for _where in ("waiting", "indexed"):
        hits = find_words(noor, '"my name"', Among()).hits
        assert [hit.case.reference for hit in hits] == [told.reference]
        indexing.index_some(noor)


def test_what_goes_while_words_are_read_for_the_index_is_not_put_into_it(told):
    noor = told.people["Noor"]
    told.passage()
    read = [one.document() for one in searchable.of_waiting_cases(noor, searchable.newest_waiting(9))]
    told.remove()
    assert not store.add(read)
    indexing.index_some(noor)
    assert (find_words(noor, "joan", Among()).total, find_words(noor, "pushed", Among()).total) == (0, 1)


def test_the_mark_is_of_one_length_whatever_went(told):
    told.announce(part=told.account, passage="pushed")
    told.remove()
    assert f"Guards {taken_out.MARK} me." in told.reads("Noor")


def test_nothing_moves_before_an_approver_who_is_another_person_agrees(told):
    told.passage()
    decision = told.remove(approve=False)
    with pytest.raises(Refused, match="did not propose it"):
        steps.decide(told.people["Noor"], told.reference, decision.id, True)
    assert PASSPORT in told.reads("Amina")


@pytest.mark.parametrize("who", ["Tomas", "Ines", "Victor", "Amina"])
def test_only_an_officer_tells_and_proposes(told, who):
    told.passage()
    for step in ("announce_removal", "remove_part"):
        with pytest.raises((Refused, NoSuchCase)):
            told.take(step, who, 40, part=told.account, passage="pushed", why="x", removal="1")


def test_under_a_hold_nothing_is_announced_and_nothing_taken_out(told):
    told.passage()
    told.do("set_legal_hold", "Noor", 39)
    with pytest.raises(Refused, match="legal hold"):
        told.remove(day=40)
    with pytest.raises(Refused, match="legal hold"):
        told.announce(41, part=told.account, passage="pushed")
    assert PASSPORT in told.reads("Noor")


@pytest.mark.parametrize(
    ("passage", "says"),
    [("", "Copy the passage"), ("a thing that nobody wrote", "do not stand"), ("me", "more than once")],
)
def test_a_passage_that_is_not_one_is_refused_with_a_sentence(told, passage, says):
    with pytest.raises(Refused, match=says):
        told.announce(part=told.account, passage=passage)


def test_a_file_goes_whole_with_its_key_its_copy_and_what_the_company_got_of_it(told):
    told.do("say_about_file", "Amina", 3, of_file=told.options("file")[0].partition(":")[2], company_may="may")
    told.do("share_file", "Noor", 4)
    a_release_came()
    victor = open_case_file(told.people["Victor"], told.case)
    shared = next(w for w in victor.writings if w.step == "share_file")
    hers, theirs = told.options("file")[0].partition(":")[2], shared.files[0]["id"]
    told.file()
    told.remove()
    for who, one in (("Noor", hers), ("Amina", hers), ("Victor", theirs)):
        with pytest.raises(NoSuchCase):
            open_file(told.people[who], told.case, one)
    assert "passport.txt" not in told.reads("Noor") + told.reads("Amina")
    assert db.session.scalar(select(func.count()).select_from(Attachment)) == 0
    a_release_came()
    left = next(w for w in open_case_file(told.people["Victor"], told.case).writings if w.step == "share_file")
    assert not left.files and (A_PART_IS_GONE, taken_out.MARK) in left.fields
    letters = [one.template for one in open_case_file(told.people["Victor"], told.case).letters]
    assert "part_taken_from_company" in letters


def test_a_company_that_was_given_nothing_of_it_is_told_nothing(told):
    told.passage()
    told.remove()
    a_release_came()
    file = open_case_file(told.people["Victor"], told.case)
    assert taken_out.MARK not in told.reads("Victor")
    assert not {"remove_part", "announce_removal"} & {one.kind for one in file.timeline}
    assert "part_taken_from_company" not in [one.template for one in file.letters]


@pytest.mark.parametrize("what", ["passage", "file"])
def test_the_record_verifies_and_holds_the_hash_of_what_is_gone(told, what):
    getattr(told, what)()
    told.remove()
    assert not list(compare.everything())
    facts = db.session.scalars(select(Event.facts).where(Event.kind == "remove_part")).one()
    gone = json.loads(facts)["gone"]
    assert gone and all(len(one) == 64 for one in gone)
    assert not open_case_file(told.people["Noor"], told.case).misfits


def test_who_changes_the_text_afterwards_is_found(told):
    told.passage()
    told.remove()
    row = told.row(told.account)
    other = row.sealed[:-1] + bytes([row.sealed[-1] ^ 1])
    db.session.execute(Writing.__table__.update().where(Writing.id == row.id).values(sealed=other))
    db.session.commit()
    assert list(compare.everything())


def test_where_an_identity_stands_in_the_account_is_still_known(told):
    told.passage()
    told.remove()
    warned = review(told.people["Noor"], told.case, "refer", {"packet": "Amina Said was pushed."}).warned
    assert "Amina Said" in [one.words for one in warned]


def test_the_queue_still_shows_how_the_account_begins(told):
    told.passage()
    told.remove()
    begins = first_words(told.people["Noor"], [told.case.id])[told.case.id]
    assert begins.words.startswith(f"Guards pushed me. I found {taken_out.MARK}")


def test_the_words_that_told_her_and_the_decided_proposals_lose_it_too(told):
    packet = next(one for one in told.options("writing") if told.row(one).step == "refer")
    passage = demonstration.PACKET[:30]
    told.announce(part=packet, passage=passage)
    told.remove()
    keys = opened(told.people["Noor"], told.case)
    rows = db.session.scalars(select(Writing).where(Writing.case_id == told.case.id)).all()
    here = [one for one in rows if keys.can_open(one.compartment, one.n, one.epoch)]
    held = [one for one in here if passage in json.dumps(taken_out.whole(keys, one))]
    assert {one.step for one in held} <= {"show_summary"}  # another text of hers, which is taken out by itself


def test_a_short_passage_changes_neither_the_step_of_a_decided_proposal_nor_what_was_chosen(told):
    told.announce(part=told.account, passage="er")
    told.remove()
    keys = opened(told.people["Noor"], told.case)
    proposed = [taken_out.whole(keys, one) for one in taken_out.decided_proposals(told.case.id)]
    assert {"refer", "remove_part"} <= {one["step"] for one in proposed}
    assert any(taken_out.MARK in one["values"].get("packet", "") for one in proposed)
    says = {
        "step": "close",
        "values": {"reason": "not_eligible", "topics": ["noise"], "letter": "No, there is no way."},
    }
    assert taken_out.proposed_without(says, "no") == {
        "step": "close",
        "values": {"reason": "not_eligible", "topics": ["noise"], "letter": f"No, there is {taken_out.MARK} way."},
    }


def test_the_offices_own_copy_of_a_letter_that_was_posted_loses_it_too(told):
    told.do("agree_post", "Amina", 3)
    told.do("correct_identity", "Amina", 3, address="7 Palm Street\nKisumu", name="")
    told.take("write_letter", "Noor", 4, **{**TO_HER, "text": f"Dear Amina Said, we hold {PASSPORT}."})
    letter = post.written(told.case)[0].id
    told.do("post_letter", "Noor", 5, letter=letter, posted_on=clock.office_day(told.start + timedelta(5)).isoformat())
    posted = next(one for one in told.options("writing") if told.row(one).step == "post_letter")
    told.announce(part=posted, passage=PASSPORT)
    told.remove()
    says = post.words_of(opened(told.people["Noor"], told.case), letter)
    assert says["text"] == f"Dear Amina Said, we hold {taken_out.MARK}." and says["subject"] == TO_HER["subject"]
    assert f"we hold {taken_out.MARK}" in told.reads("Amina") and not list(compare.everything())
    assert not open_case_file(told.people["Noor"], told.case).misfits


def a_letter_waits(told, text, day=39):
    """A proposal of which the company would get these words."""
    return told.take("write_letter", "Noor", day, **{**TO_COMPANY, "letter_kind": "decision", "text": text})


@pytest.mark.parametrize(("what", "text"), [("passage", f"She found {PASSPORT}."), ("file", "As passport.txt says.")])
def test_nothing_is_taken_out_while_another_proposal_still_holds_it(told, what, text):
    getattr(told, what)()
    letter = a_letter_waits(told, text)
    with pytest.raises(Refused, match="Decide that proposal first"):
        told.remove(approve=False)
    steps.decide(told.people["Tomas"], told.reference, letter.id, False, "Not so.", now=told.start + timedelta(days=39))
    told.remove()
    assert PASSPORT not in told.reads("Noor") if what == "passage" else "passport.txt" not in told.reads("Amina")


def test_what_was_proposed_after_the_removal_was_is_decided_before_it(told):
    told.passage()
    removal = told.remove(approve=False)
    letter = a_letter_waits(told, f"She found {PASSPORT}.", 41)
    noon = told.start + timedelta(days=42)
    with pytest.raises(Refused, match="Decide that proposal first"):
        steps.decide(told.people["Tomas"], told.reference, removal.id, True, now=noon)
    steps.decide(told.people["Tomas"], told.reference, letter.id, False, "It names somebody.", now=noon)
    steps.decide(told.people["Tomas"], told.reference, removal.id, True, now=noon)
    keys = opened(told.people["Noor"], told.case)
    proposed = [taken_out.whole(keys, one) for one in taken_out.decided_proposals(told.case.id)]
    assert f"She found {taken_out.MARK}." in [one["values"].get("text") for one in proposed]


def test_a_proposal_that_holds_nothing_of_it_does_not_wait(told):
    told.passage()
    a_letter_waits(told, "We still read your answer.")
    told.remove()
    assert PASSPORT not in told.reads("Noor")


def test_the_clock_says_when_her_time_is_over_and_misses_nothing(told):
    told.passage()
    sweep(clock.now())
    assert not told.case.safety_alert and "L29" not in [one.key for one in told.case.open_limits if one.open]
