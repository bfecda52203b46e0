"""Who wrote a name or a contact, and what holds now: facts about a person come from that person; nothing is guessed."""

import html
import json
import re

import pytest
import time_machine
from sqlalchemy import select

from grievance.accounts.keys.identity_places import disclosure_place
from grievance.accounts.keys.party_keys import company_key
from grievance.crypto import receipt_codes
from grievance.crypto.envelopes import seal_to
from grievance.extensions import db
from grievance.models.keys import Holder, IdentityEntry, IdentityShare
from grievance.reports.exports import as_json, exported
from grievance.workflow import custody, steps
from tests.outside import another_receipt
from tests.scenarios.days import day
from tests.views.test_routes import client_of, token

HERS, THEIRS, NOBODYS = "The complainant's", "The representative's", "Not recorded whose"
OWN_WORDS = {kind: f"{kind} as typed" for kind in custody.IDENTITY} | {"email": "as.typed@example.org"}
KINDS = {"name": "Name", "phone": "Phone number", "email": "E-mail address", "address": "Address"}


@pytest.fixture
def told(app, story):
    """Day 7 of the story, as its people see it in a browser."""
    with time_machine.travel(day(7), tick=False) as travel:
        story.travel, story.app = travel, app
        yield story


def receipt_of(story, holder):
    """The digits of one more receipt of this holder's."""
    code = receipt_codes.make()
    another_receipt(story.case, story.amina, code, holder, day(6))
    return code


def follow(story, code):
    client = story.app.test_client()
    assert client.post("/follow", data={"code": code}).location == "/follow/case"
    return client


def page_of(story, code):
    return html.unescape(follow(story, code).get("/follow/case").text)


def press(client, path, **data):
    return client.post(path, data={"csrf_token": token(client.get(path)), **data})


def later(story, hours=1):
    story.travel.shift(hours * 3600)


def write(story, code, **said):
    later(story)
    assert press(follow(story, code), "/follow/case/steps/correct_identity", **said).status_code == 303


def desk(story, step):
    return f"/desk/cases/{story.reference}/steps/{step}"


def grant(story):
    later(story)
    steps.take("ask_identity", story.noor, story.reference, {"reason": "contact", "words": "To call her."})
    steps.take("grant_identity", story.ines, story.reference, {})


def officer_sees(story):
    """The identity page, opened by two people: (whose and what, words) pairs, from above."""
    grant(story)
    return shown(press(client_of(story.app, "Noor"), desk(story, "open_identity")))


def shown(page):
    pairs = re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", html.unescape(page.text), re.DOTALL)
    return [(re.sub(r"<.*?>.*", "", what, flags=re.DOTALL).strip(), words) for what, words in pairs]


def share(story, *scope, ticked=()):
    data = {"scope": list(scope), "entries": list(ticked), "agreed": "yes"}
    return press(client_of(story.app, "Noor"), desk(story, "share_identity"), **data)


def approve(story):
    (decision,) = steps.open_proposals(story.case)
    steps.decide(story.tomas, story.reference, decision.id, True)


def company_sees(story):
    return shown(client_of(story.app, "Victor").get(f"/company/cases/{story.reference}"))


def entry(kind, nth=0):
    """The number of an entry of a kind, counted from the newest."""
    query = select(IdentityEntry.id).where(IdentityEntry.kind == kind)
    return db.session.scalars(query.order_by(IdentityEntry.created_at.desc())).all()[nth]


def forget_whose(story):
    """As entries were stored before it was recorded whose they are."""
    for row in db.session.scalars(select(IdentityEntry)):
        row.whose = None
    db.session.commit()


# --- who wrote it ------------------------------------------------------------------------------------------


def by_the_complainant(story):
    write(story, story.code, **OWN_WORDS)


def by_a_friend(story):
    write(story, receipt_of(story, Holder.REPRESENTATIVE), **OWN_WORDS)


def by_the_complainant_of_a_represented_case(story):
    story.case.represented = True
    write(story, receipt_of(story, Holder.COMPLAINANT), **OWN_WORDS)


def by_the_representative_of_a_represented_case(story):
    story.case.represented = True
    write(story, receipt_of(story, Holder.REPRESENTATIVE), **OWN_WORDS)


def written_down_of(whose):
    def by_an_officer(story):
        later(story)
        path, said = desk(story, "correct_identity"), {"whose": whose, "channel": "phone", "read_back": "yes"}
        assert press(client_of(story.app, "Noor"), path, **said, **OWN_WORDS).status_code == 303

    return by_an_officer


WRITERS = {
    "the complainant": (by_the_complainant, HERS),
    "a friend with the second receipt": (by_a_friend, THEIRS),
    "the complainant of a represented case": (by_the_complainant_of_a_represented_case, HERS),
    "the representative of a represented case": (by_the_representative_of_a_represented_case, THEIRS),
    "an officer, of the complainant": (written_down_of("complainant"), HERS),
    "an officer, of the representative": (written_down_of("representative"), THEIRS),
}


@pytest.mark.parametrize("writer", WRITERS)
def test_each_kind_is_its_writers_on_the_officers_page_and_on_both_receipts_pages(told, writer):
    write_all, whose = WRITERS[writer]
    write_all(told)
    assert {(f"{whose}: {KINDS[kind]}", words) for kind, words in OWN_WORDS.items()} <= set(officer_sees(told))
    hers, theirs = (page_of(told, receipt_of(told, holder)) for holder in (Holder.COMPLAINANT, Holder.REPRESENTATIVE))
    for kind, words in OWN_WORDS.items():
        assert f"<strong>{KINDS[kind]}</strong> · {'Yours' if whose == HERS else whose}<" in hers
        assert (f"<strong>{KINDS[kind]}</strong> · Yours<" in theirs) == (whose == THEIRS)
        assert words not in hers + theirs and HERS not in theirs
    own, others = "You wrote or corrected a name or contact", "A name or contact was written or corrected"
    assert (f"{own}</strong> (Yours)" if whose == HERS else f"{others}</strong> ({THEIRS})") in hers
    assert (own in theirs, others in theirs) == (whose == THEIRS, False)


@pytest.mark.parametrize("writer", [writer for writer in WRITERS if not writer.startswith("an officer")])
def test_a_company_is_told_the_complainants_alone_and_never_a_representatives(told, writer):
    write_all, whose = WRITERS[writer]
    write_all(told)
    grant(told)
    choices = html.unescape(client_of(told.app, "Noor").get(desk(told, "share_identity")).text)
    assert THEIRS not in choices
    answer = share(told, *OWN_WORDS)
    if whose == THEIRS:  # of hers there is the name that she filed with, and no more
        assert answer.status_code == 422 and steps.open_proposals(told.case) == []
        share(told, "name")
    approve(told)
    hers = OWN_WORDS if whose == HERS else {"name": "Amina Said"}
    assert dict(company_sees(told)) == {f"{HERS}: {KINDS[kind]}": words for kind, words in hers.items()}


def test_an_entry_of_a_representative_is_not_shared_where_somebody_sends_its_number(told):
    by_a_friend(told)
    grant(told)
    assert share(told, "phone", ticked=[entry("phone")]).status_code == 422
    assert steps.open_proposals(told.case) == []


# --- what holds now ----------------------------------------------------------------------------------------


def test_the_officer_reads_the_newest_first_and_which_are_superseded(told):
    for phone in ("0700 old", "0700 new"):
        write(told, told.code, phone=phone)
    write(told, receipt_of(told, Holder.REPRESENTATIVE), phone="0800 friend")
    grant(told)
    page = html.unescape(press(client_of(told.app, "Noor"), desk(told, "open_identity")).text)
    phones = ["0800 friend", "0700 new", "0700 old"]
    assert sorted(phones, key=page.index) == phones
    superseded = [text for text in re.split("<dt>", page) if "superseded" in text]
    assert len(superseded) == 1 and "0700 old" in superseded[0]


def test_what_was_written_after_the_grant_is_named_on_the_officers_page_and_not_shared_over(told):
    write(told, told.code, phone="0700 old")
    grant(told)
    write(told, told.code, phone="0700 new")
    page = press(client_of(told.app, "Noor"), desk(told, "open_identity")).text
    assert "Written after the grant" in page and "0700 new" not in page
    answer = share(told, "phone")
    assert answer.status_code == 409 and "Ask a custodian again" in answer.text


def test_a_company_is_told_the_newest_phone_and_not_the_one_that_somebody_else_may_have_by_now(told):
    for phone in ("0700 old", "0700 new"):
        write(told, told.code, phone=phone)
    grant(told)
    share(told, "phone")
    approve(told)
    assert company_sees(told) == [(f"{HERS}: Phone number", "0700 new")]


def test_an_older_one_goes_only_where_the_officer_ticks_it_and_the_approver_reads_that(told):
    for phone in ("0700 old", "0700 new"):
        write(told, told.code, phone=phone)
    grant(told)
    share(told, "phone", ticked=[entry("phone", 1)])
    (decision,) = steps.open_proposals(told.case)
    page = client_of(told.app, "Tomas").get(f"/desk/cases/{told.reference}/proposals/{decision.id}")
    assert "The complainant's: Phone number, 9 March 2026 (there is a newer one)" in html.unescape(page.text)
    approve(told)
    assert company_sees(told) == [(f"{HERS}: Phone number", "0700 old")]


def test_what_is_ticked_below_must_be_ticked_above_too(told):
    write(told, told.code, phone="0700 new")
    grant(told)
    answer = share(told, "name", ticked=[entry("phone")])
    assert answer.status_code == 422 and "Tick above, too, what this is." in answer.text


def test_a_phone_that_is_corrected_before_the_approval_does_not_go(told):
    write(told, told.code, phone="0700 old")
    grant(told)
    share(told, "phone")
    write(told, told.code, phone="0700 new")
    with pytest.raises(steps.Refused, match="newer entry was written"):
        approve(told)
    assert company_sees(told) == []


def test_a_company_reads_which_of_two_phones_it_was_told_last(told):
    for phone in ("0700 old", "0700 new"):
        write(told, told.code, phone=phone)
        grant(told)
        share(told, "phone")
        approve(told)
    page = client_of(told.app, "Victor").get(f"/company/cases/{told.reference}").text
    assert page.index("0700 new") < page.index("told earlier") < page.index("0700 old")


# --- what was stored before --------------------------------------------------------------------------------


def test_an_entry_of_before_is_nobodys_on_each_page(told):
    forget_whose(told)
    assert officer_sees(told) == [(f"{NOBODYS}: Name", "Amina Said")]
    assert f"<strong>Name</strong> · {NOBODYS}<" in page_of(told, told.code)
    assert "<strong>Name</strong>" not in page_of(told, receipt_of(told, Holder.REPRESENTATIVE))


def test_of_two_entries_of_before_nobody_says_that_one_superseded_the_other(told):
    write(told, receipt_of(told, Holder.REPRESENTATIVE), name="Joseph Otieno")
    forget_whose(told)
    grant(told)
    page = press(client_of(told.app, "Noor"), desk(told, "open_identity")).text
    assert "Joseph Otieno" in page and "Amina Said" in page and "superseded" not in page


def test_an_entry_of_before_is_shared_only_where_it_is_ticked_and_as_nobodys(told):
    forget_whose(told)
    grant(told)
    assert "tick below what is meant" in share(told, "name").text
    share(told, "name", ticked=[entry("name")])
    approve(told)
    assert company_sees(told) == [(f"{NOBODYS}: Name", "Amina Said")]


def test_a_share_of_before_opens_and_names_nobody(told):
    key, share_id = company_key(told.case.company_id), "5" * 32
    said = json.dumps([["representative", "name", "Amina Said"]]).encode()
    sealed = seal_to(key.public_key, said, disclosure_place(told.case.id, share_id))
    row = IdentityShare(id=share_id, case_id=told.case.id, party_id=key.party_id, key_id=key.key_id, sealed=sealed)
    db.session.add(row)
    db.session.commit()
    assert company_sees(told) == [(f"{NOBODYS}: Name", "Amina Said")]


def test_a_share_that_was_proposed_before_is_proposed_again(told, monkeypatch):
    grant(told)
    real = custody.prepare_disclosure

    def before(move):
        real(move)
        del move.values["entries"], move.values["older"]

    row = next(row for row in steps.ROWS if row.step == "share_identity")
    monkeypatch.setitem(row.__dict__, "prepare", before)
    share(told, "name")
    with pytest.raises(steps.Refused, match="propose it again"):
        approve(told)


# --- what leaves the house ---------------------------------------------------------------------------------


@pytest.mark.parametrize("writer", ["the complainant", "a friend with the second receipt"])
def test_no_export_of_a_company_says_a_name_a_contact_or_that_there_is_a_representative(told, writer):
    WRITERS[writer][0](told)
    grant(told)
    share(told, "name")
    approve(told)
    document = "".join(as_json(told.victor, exported(told.victor)))
    assert told.reference in document
    assert not [words for words in (*OWN_WORDS.values(), "Amina Said", "epresentative") if words in document]
