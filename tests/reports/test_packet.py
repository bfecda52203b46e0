"""The packet over HTTP: composed, warned of, looked at by two people, frozen, recalled; and what nobody else reads."""

import hashlib
import html
import json
import re

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import find_case, opened
from grievance.crypto.compartments import NoKey
from grievance.extensions import db
from grievance.models.event import Event
from grievance.models.people import Company
from grievance.models.writing import Decision, Writing
from grievance.record.writings import read_writing
from grievance.redaction.name_spans import IDENTITY_SPANS
from grievance.reports.casefile import open_case_file
from grievance.reports.packet import compared
from tests.views.test_routes import client_of, token

ACCOUNT = "I am Amína Said. On Sunday the guards at the gate pushed me. Call 0700.000.123."
SLIPPED = "Amina was pushed by guards at the gate."
CLEAN = "A person was pushed by guards at the gate."


@pytest.fixture
def filed(app, cast):
    """A complaint in which the typed name and number stand: its reference, complainant and receipt."""
    filed = demonstration.file_one(clock.now(), account=ACCOUNT, name="Amina Said", phone="+254 700 000 123")
    demonstration.do("acknowledge", cast["Noor"], filed[0], clock.now())
    return filed


@pytest.fixture
def noor(app, filed):
    return client_of(app, "Noor")


def address(filed, step="refer"):
    return f"/desk/cases/{filed[0]}/steps/{step}"


def look(client, filed, packet, step="refer", **more):
    """Send the packet from the page of its step: the page that shows it as the company will see it."""
    page = client.get(address(filed, step))
    form = {"csrf_token": token(page), "packet": packet, "mechanism_not_subject": "yes", **more}
    return client.post(page.request.path, data=form)


def confirm(client, preview):
    """Press the first button of the preview."""
    form = preview.text.split("<form")[2]
    hidden = {html.unescape(n): html.unescape(v) for n, v in re.findall(r'name="(\w+)" value="([^"]*)"', form)}
    return client.post(preview.request.path, data=hidden)


def change(client, preview):
    """Press "Change it"."""
    form = preview.text.split("<form")[3]
    return client.post(preview.request.path, data=dict(re.findall(r'name="(\w+)" value="([^"]*)"', form)))


def propose(client, filed, packet):
    assert confirm(client, look(client, filed, packet)).status_code == 303
    return f"/desk/cases/{filed[0]}/proposals/{db.session.scalars(select(Decision.id)).one()}"


def approve(app, path):
    tomas = client_of(app, "Tomas")
    page = tomas.get(path)
    assert tomas.post(path, data={"csrf_token": token(page), "answer": "approve"}).status_code == 303


def writing_of(filed, cast):
    case = find_case(cast["Noor"], filed[0])
    query = select(Writing).where(Writing.case_id == case.id, Writing.step == IDENTITY_SPANS)
    return case, db.session.scalars(query).one()


def warnings_of(page):
    return re.findall(r'<li><strong dir="auto">(.*?)</strong>: (.*?)</li>', html.unescape(page.text))


# --- the places --------------------------------------------------------------------------------------------


def test_the_places_of_the_identity_are_kept_as_numbers_alone(filed, cast):
    case, writing = writing_of(filed, cast)
    says = read_writing(opened(cast["Noor"], case), writing)
    assert says == {"places": [["account", 5, 15], ["account", 5, 10], ["account", 11, 15], ["account", 66, 78]]}
    assert [ACCOUNT[start:end] for _field, start, end in says["places"]][-2:] == ["Said", "0700.000.123"]


def test_neither_complainant_nor_company_can_read_the_places(filed, cast):
    demonstration.do("refer", cast["Noor"], filed[0], clock.now(), cast["Tomas"])
    case, writing = writing_of(filed, cast)
    for person in (filed[1], cast["Victor"], cast["Olga"], cast["Ines"]):
        with pytest.raises(NoKey):
            read_writing(opened(person, case), writing)


def test_the_places_are_no_noise_on_anybodys_page(filed, cast):
    case = find_case(cast["Noor"], filed[0])
    for person in (cast["Noor"], cast["Tomas"], filed[1]):
        assert IDENTITY_SPANS not in [w.step for w in open_case_file(person, case).writings]


@pytest.mark.parametrize(("identity", "rows"), [({}, 0), ({"name": "Nobody Here"}, 1)])
def test_that_there_is_such_a_writing_does_not_say_that_a_name_stands_in_the_account(both, identity, rows):
    demonstration.file_one(clock.now(), **identity)
    assert len(db.session.scalars(select(Writing).where(Writing.step == IDENTITY_SPANS)).all()) == rows


def test_the_places_come_with_the_event_of_the_filing(filed, cast):
    case, writing = writing_of(filed, cast)
    event = db.session.scalars(select(Event).where(Event.case_id == case.id, Event.kind == "file")).one()
    assert hashlib.sha256(writing.sealed).hexdigest() in json.loads(event.sealed)


# --- composing ---------------------------------------------------------------------------------------------


def test_a_packet_begins_with_the_account_and_all_that_the_complainant_wrote_stands_beside_it(noor, filed):
    demonstration.do("write", filed[1], filed[0], clock.now(), audience="secretariat", message="It was at night.")
    page = html.unescape(noor.get(address(filed)).text)
    area = re.search(r'<textarea id="packet"[^>]*>(.*?)</textarea>', page, re.DOTALL).group(1)
    assert area == ACCOUNT and "It was at night." in page and "What the complainant wrote" in page
    assert 'id="packet" ' in page and 'class="beside even"' in page


def test_another_step_shows_no_columns(noor, filed):
    assert "What the complainant wrote" not in noor.get(address(filed, "note")).text


def test_what_an_officer_wrote_is_not_shown_as_the_complainants(noor, filed, cast):
    demonstration.do("note", cast["Noor"], filed[0], clock.now(), note="Zinnober thinks so.")
    demonstration.do("ask", cast["Noor"], filed[0], clock.now(), question="Zinnober asks?")
    page = noor.get(address(filed)).text
    theirs, exchange = page.split("What the complainant wrote")[1].split("The last exchange")
    assert "Zinnober" not in theirs and "Zinnober thinks so." not in page and "Zinnober asks?" in exchange


def test_a_recall_begins_with_an_empty_field_beside_the_packet_that_the_company_has(noor, filed, cast):
    demonstration.do("refer", cast["Noor"], filed[0], clock.now(), cast["Tomas"])
    page = noor.get(address(filed, "recall_packet")).text
    assert re.search(r'<textarea id="packet"[^>]*></textarea>', page) and demonstration.PACKET in page


def test_officers_are_told_where_the_company_reads_another_language(noor, filed, cast):
    assert "reads Fran" not in noor.get(address(filed)).text
    larkfield = db.session.scalars(select(Company).where(Company.name == "Larkfield Guarding")).one()
    larkfield.language = "fr"
    db.session.commit()
    sentence = "The complainant wrote in English; the company reads Français."
    assert sentence in noor.get(address(filed)).text and sentence in look(noor, filed, CLEAN).text


# --- looking -----------------------------------------------------------------------------------------------


def test_a_name_that_slipped_in_is_warned_of_on_the_preview(noor, filed):
    page = look(noor, filed, SLIPPED)
    assert warnings_of(page)[0][0] == "Amina" and "<mark>Amina</mark>" in page.text


def test_the_approver_sees_the_same_warnings_and_the_same_comparison(app, noor, filed):
    preview = look(noor, filed, SLIPPED)
    assert confirm(noor, preview).status_code == 303
    decision = db.session.scalars(select(Decision.id)).one()
    page = client_of(app, "Tomas").get(f"/desk/cases/{filed[0]}/proposals/{decision}")
    assert warnings_of(page) == warnings_of(preview) != [] and "<mark>Amina</mark>" in page.text
    assert re.findall("<(?:del|ins)>.*?</(?:del|ins)>", page.text) == re.findall(
        "<(?:del|ins)>.*?</(?:del|ins)>", preview.text
    )


def test_a_word_that_comes_often_is_named_once_and_marked_each_time(noor, filed):
    page = look(noor, filed, f"{SLIPPED} Amina fell. Amina ran.")
    assert len(warnings_of(page)) == 1 and page.text.count("<mark>Amina</mark>") == 3


def test_a_packet_without_anything_telling_gets_no_warning_and_no_promise(noor, filed):
    page = look(noor, filed, CLEAN)
    assert warnings_of(page) == [] and "What is described can still show it" in page.text


def test_a_warning_never_blocks(app, noor, filed, cast):
    approve(app, propose(noor, filed, SLIPPED))
    assert find_case(cast["Victor"], filed[0]).state == "referred"


def test_what_was_left_out_and_added_is_said_in_words(noor, filed):
    page = look(noor, filed, ACCOUNT.replace("I am Amína Said. ", "").replace("pushed me", "pushed a person"))
    assert '<del><span class="unseen">Left out: </span>I am Amína Said. </del>' in page.text
    assert '<ins><span class="unseen">Added: </span>' in page.text


def test_a_comparison_holds_both_texts_whole():
    old, new = "One two three four.\nFive six.", "One two three.\n\nFive six seven eight."
    pieces = compared(old, new)
    assert "".join(text for kind, text in pieces if kind != "in") == old
    assert "".join(text for kind, text in pieces if kind != "out") == new


def test_change_it_leads_back_with_everything_kept_and_without_blame(noor, filed, cast):
    subject = str(cast["Victor"].account_id)
    page = change(noor, look(noor, filed, SLIPPED, subjects=subject))
    assert page.status_code == 200 and 'role="alert" tabindex' not in page.text and 'class="summary"' not in page.text
    assert f">{SLIPPED}</textarea>" in page.text
    assert re.search(rf'name="subjects" value="{subject}" checked', page.text)
    assert 'name="mechanism_not_subject" value="yes" checked' in page.text


def test_a_packet_changed_after_it_was_looked_at_is_shown_again(noor, filed):
    page = look(noor, filed, CLEAN, previewed=hashlib.sha256(SLIPPED.encode()).hexdigest())
    assert page.status_code == 200 and "This is what Larkfield Guarding will see" in page.text
    assert db.session.scalars(select(Decision)).all() == []


def test_a_missing_answer_is_said_before_the_preview_and_the_packet_is_kept(noor, filed):
    page = look(noor, filed, CLEAN, mechanism_not_subject="")
    assert page.status_code == 422 and "Tick to go on: " in page.text and f">{CLEAN}</textarea>" in page.text


def test_the_preview_shows_the_packet_as_the_companys_page_does(app, noor, filed):
    preview = look(noor, filed, CLEAN).text
    article = re.search(r"<article.*?</article>", preview.split('id="do"')[1], re.DOTALL).group()
    approve(app, propose(noor, filed, CLEAN))
    theirs = client_of(app, "Victor").get(f"/company/cases/{filed[0]}").text
    shown = next(a for a in re.findall(r"<article.*?</article>", theirs, re.DOTALL) if CLEAN in a)
    shown = re.sub(r"\s*<details.*</details>", "", shown, flags=re.DOTALL)
    days = (re.sub(r"\d+ \w+ \d{4}", "the day", text) for text in (shown, article))  # each side's own, by its zone
    assert next(days).split() == next(days).split()


def test_a_packet_is_signed_as_the_secretariat_with_its_day(app, noor, filed):
    approve(app, propose(noor, filed, CLEAN))
    for client, face in ((client_of(app, "Victor"), "company"), (noor, "desk")):
        page = client.get(f"/{face}/cases/{filed[0]}").text
        packet = next(a for a in re.findall(r"<article.*?</article>", page, re.DOTALL) if CLEAN in a)
        signed = r"</strong> · \d+ \w+ \d{4}<br><span class=\"soft\">The Secretariat ·"
        assert re.search(signed, packet) and "The approver" not in packet


# --- frozen, recalled --------------------------------------------------------------------------------------


def test_the_hash_of_the_packet_is_on_the_record_and_beside_the_packet_on_both_desks(app, noor, filed, cast):
    approve(app, propose(noor, filed, CLEAN))
    digest = hashlib.sha256(CLEAN.encode()).hexdigest()
    case = find_case(cast["Noor"], filed[0])
    event = db.session.scalars(select(Event).where(Event.case_id == case.id, Event.kind == "refer")).one()
    assert json.loads(event.facts)["packet"] == digest
    for name, path in (("Noor", "/desk"), ("Victor", "/company")):
        page = client_of(app, name).get(f"{path}/cases/{filed[0]}").text
        assert f"Frozen, SHA-256 {digest[:12]}…" in page and digest in page


def test_a_packet_that_the_record_does_not_hold_is_not_called_frozen(noor, filed, cast):
    raw = {"note": CLEAN}
    demonstration.do("note", cast["Noor"], filed[0], clock.now(), **raw)
    assert "Frozen" not in noor.get(f"/desk/cases/{filed[0]}").text


def test_a_recall_compares_with_the_packet_that_it_replaces_and_freezes_the_new_one(app, noor, filed, cast):
    approve(app, propose(noor, filed, SLIPPED))
    words = {"what": "Her name was in it.", "told": "Your name was in the packet."}
    preview = look(noor, filed, CLEAN, "recall_packet", **words)
    assert "Compared with the packet that the company has now" in preview.text and "Send this packet" in preview.text
    assert confirm(noor, preview).status_code == 303
    page = client_of(app, "Victor").get(f"/company/cases/{filed[0]}").text
    assert CLEAN in page and SLIPPED not in page and hashlib.sha256(CLEAN.encode()).hexdigest() in page


def test_after_a_recall_without_a_new_packet_the_old_one_is_no_beginning(app, noor, filed, cast):
    approve(app, propose(noor, filed, SLIPPED))
    demonstration.do("escalate", cast["Noor"], filed[0], clock.now())
    raw = {"packet": "", "previewed": ""}
    demonstration.do("recall_packet", cast["Noor"], filed[0], clock.now(), **raw)
    page = noor.get(address(filed, "refer_back"))
    assert page.status_code == 200 and SLIPPED not in page.text and "I am Amína Said." in page.text


def test_nothing_of_the_warnings_the_account_or_the_comparison_reaches_the_company(app, noor, filed):
    approve(app, propose(noor, filed, CLEAN))
    victor = client_of(app, "Victor")
    home = f"/company/cases/{filed[0]}"
    pages = [victor.get(path) for path in (home, f"{home}/steps/respond", f"{home}/steps/write", "/company")]
    assert [page.status_code for page in pages] == [200] * 4
    said = "".join(page.text for page in pages)
    for hidden in ("Amina", "Amína", "Said", "0700", "on Sunday", "<mark", "<del", "<ins", "could be", IDENTITY_SPANS):
        assert hidden not in said, hidden
    for step in ("refer", "recall_packet"):
        assert victor.get(f"{home}/steps/{step}").status_code == 409
