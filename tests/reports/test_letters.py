"""Letters as PDF: in the recipient's language, tagged, to the recipient alone."""

import io
import json
import re
from datetime import timedelta

import pikepdf
import pypdfium2
import pytest
from flask_babel import gettext as _
from flask_migrate import downgrade, upgrade
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import NoSuchCase, find_case
from grievance.deadlines import days
from grievance.extensions import db, speaking
from grievance.maintenance import doctor
from grievance.models.case import Case
from grievance.models.writing import Writing
from grievance.reports import letters
from grievance.reports.brief import brief_pdf
from grievance.reports.casefile import letters_to, open_case_file
from grievance.reports.letters import _said, letter_pdf
from grievance.views import NAMES
from grievance.workflow import her_day, steps
from tests.conftest import ROOT
from tests.less import rest_long


def test_her_letter_ends_with_who_can_be_asked_and_another_sides_does_not(app, cast, monkeypatch):
    monkeypatch.setattr(letters, "typeset", lambda _name, data: json.dumps(data).encode())
    reference, amina, _code = demonstration.file_one(clock.now())
    for who, reads in ((amina, "complainant"), (cast["Noor"], "officer")):
        case = find_case(who, reference)
        for letter in open_case_file(who, case).letters:
            said = letter_pdf(who, case, letter.name).decode()
            hers = letter.recipient == "complainant"
            assert ("You need not say your name." in said and "+41 22 000 00 00" in said) is hers, reads
            assert ("Information" in said) is hers


def test_the_form_on_paper_calls_itself_nothing_where_files_are_listed(app):
    with pikepdf.open(io.BytesIO(app.test_client().get("/complain/paper.pdf").data)) as document:
        assert str(document.docinfo["/Title"]) == "Information"


@pytest.mark.parametrize("path", ["/complain/paper"])
def test_the_link_to_a_file_says_that_it_stays_on_the_phone(app, path):
    assert "stays in Downloads on your phone" in app.test_client().get(path).text


@pytest.mark.parametrize("language", rest_long(NAMES, "en", "ar"))
def test_a_letter_is_a_tagged_pdf_in_the_complainants_language(app, cast, language):
    reference, amina, _code = demonstration.file_one(clock.now(), language=language)
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    demonstration.do("dismiss", cast["Noor"], reference, clock.now(), cast["Tomas"])
    case = find_case(amina, reference)
    for letter in open_case_file(amina, case).letters:
        with pikepdf.open(io.BytesIO(letter_pdf(amina, case, letter.name))) as document:
            root = document.Root
            assert str(root.Lang).startswith(language) and root.MarkInfo.Marked and "/StructTreeRoot" in root
            with speaking(language):
                assert str(document.docinfo["/Title"]) == _("Information")


def test_a_letter_is_given_to_its_recipient_and_to_no_other_side(app, cast):
    reference, amina, _code = demonstration.file_one(clock.now())
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    demonstration.do("refer", cast["Noor"], reference, clock.now(), cast["Tomas"])
    case = find_case(amina, reference)
    hers = open_case_file(amina, case).letters[0].name
    with pytest.raises(NoSuchCase):
        letter_pdf(cast["Victor"], case, hers)
    to_us = next(one.name for one in open_case_file(cast["Noor"], case).letters if one.recipient == "approver")
    for person in (amina, cast["Victor"]):
        with pytest.raises(NoSuchCase):
            letter_pdf(person, case, to_us)


def said_in(person, case, template, to="complainant"):
    letter = next(one for one in letters_to(person, case) if (one.template, one.recipient) == (template, to))
    return [(str(label), str(text)) for label, text in _said(person, case, letter)]


def test_a_reminder_says_who_owes_what_and_by_when(app, cast):
    reference, amina, code = demonstration.file_one(clock.now() - timedelta(days=30))
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now() - timedelta(days=29))
    demonstration.do("ask", cast["Noor"], reference, clock.now() - timedelta(days=20))
    day = next(one.due_on for one in find_case(amina, reference).open_limits if one.key == "L3")
    steps.bring_up_to_date(cast["Noor"], reference, clock.now())
    case, by = find_case(amina, reference), days.full_date(day)
    assert said_in(amina, case, "reminder") == [("You", f"answer the question (by {by})")]
    assert said_in(cast["Noor"], case, "reminder")[0] == ("You", f"answer the question (by {by})")
    client = app.test_client()
    client.post("/follow", data={"code": code})
    page = client.get("/follow/case").text
    told = page[page.index("Since you were last here") : page.index("What happens next")]
    assert f"A reminder was sent: You – answer the question (by {by})" in told


@pytest.mark.parametrize(("answer", "word"), [("unsure", "Je ne sais pas"), ("no", "Non")])
def test_a_letter_says_a_chosen_answer_in_the_readers_words(app, cast, answer, word):
    reference, amina, _code = demonstration.file_one(clock.now(), language="fr", could_harm=answer)
    case = find_case(amina, reference)
    letter = seen(letter_pdf(amina, case, open_case_file(amina, case).letters[0].name))
    assert word in letter and answer not in re.findall(r"[a-z]+", letter)


def words_of(noor, reference):
    case = find_case(noor, reference)
    letters = [one for one in open_case_file(noor, case).letters if one.template == "message"]
    return [" ".join(str(text) for _label, text in _said(noor, case, one)) for one in letters]


EACH_ITS_OWN = ([[True, False], [False, True]], [[False, True], [True, False]])


@pytest.fixture
def same_moment(monkeypatch):
    """As before what she did kept its day alone: two events of one case could have one moment."""
    monkeypatch.setattr(her_day, "NEXT", timedelta())


def two_at_once(cast):
    """Two messages of the same moment: a clock has only so many ticks."""
    reference, _amina, _code = demonstration.file_one(clock.now())
    now = clock.now()
    for text in ("The first.", "The second."):
        demonstration.do("write", cast["Noor"], reference, now, audience="complainant", message=text)
    return reference


def test_two_letters_of_the_same_moment_have_each_its_own_words(both, same_moment):
    words = words_of(both.cast["Noor"], two_at_once(both.cast))
    assert [[text in one for text in ("The first.", "The second.")] for one in words] in EACH_ITS_OWN
    assert doctor.examine() == []


def test_everything_that_is_written_along_a_story_names_an_event_of_its_case(both):
    demonstration.walk_story(both.cast, "close", clock.now() - timedelta(days=200))
    demonstration.do("refer", both.cast["Noor"], acknowledged(both.cast), clock.now())  # a proposal
    assert db.session.scalars(select(Writing.step).where(Writing.event_id.is_(None))).all() == []
    assert doctor.examine() == []


def acknowledged(cast):
    reference, _amina, _code = demonstration.file_one(clock.now())
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    return reference


def test_a_letter_of_an_older_version_still_finds_its_words_and_what_can_be_known_is_filled_in(both, same_moment):
    reference, amina, _code = demonstration.file_one(clock.now())
    demonstration.do("write", amina, reference, clock.now(), audience="secretariat", message="The only.")
    unclear, noor = two_at_once(both.cast), both.cast["Noor"]
    known = select(Writing.id, Writing.event_id).join(Case).where(Case.reference == reference).order_by(Writing.id)
    before = db.session.execute(known).all()
    db.session.remove()
    for way, revision in ((downgrade, "0022"), (upgrade, "head")):
        way(directory=str(ROOT / "migrations"), revision=revision)
    assert db.session.execute(known).all() == before
    lost = select(Writing.event_id).join(Case).where(Case.reference == unclear, Writing.step == "write")
    assert db.session.scalars(lost).all() == [None, None]
    assert ["The only." in words for words in words_of(noor, reference)] == [True]
    assert ["The first." in words and "The second." in words for words in words_of(noor, unclear)] == [True, True]


def test_the_brief_for_the_board_holds_the_dossier_and_no_account(app, cast, tmp_path):
    reference, _amina, _code = demonstration.file_one(clock.now(), account="Zinnober pushed me.", name="Amina Said")
    for step in ("acknowledge", "escalate"):
        demonstration.do(step, cast["Noor"], reference, clock.now())
    demonstration.do("ask_board", cast["Noor"], reference, clock.now(), dossier="Guards pushed a person.")
    given = seen(brief_pdf(cast["Noor"], find_case(cast["Noor"], reference)))
    assert "Guards pushed a person." in given and "Zinnober" not in given and "Amina" not in given


def test_the_brief_says_country_topics_ground_answers_and_verdicts_and_strips_the_identity(app, cast):
    account = "I am Amína Said. On Sunday the guards pushed me. Call 0700.000.123."
    reference, _amina, _code = demonstration.file_one(
        clock.now() - timedelta(days=30), account=account, name="Amina Said", phone="+254 700 000 123"
    )
    answer = {"facts": "We asked Amina Said.", "steps": "Zinnober was moved.", "offer": "Call +254 700 000 123."}
    verdicts = {"fair": "yes", "accessible": "no", "effective": "yes", "observations": "The office was far away."}
    for step, who, more in (
        ("acknowledge", "Noor", {}), ("classify", "Noor", {}), ("refer", "Noor", {}), ("respond", "Victor", answer),
        ("escalate", "Noor", {"ground": "inadequate"}), ("conclude_review", "Noor", verdicts),
        ("ask_board", "Noor", {}),
    ):  # fmt: skip
        demonstration.do(step, cast[who], reference, clock.now() - timedelta(days=3), cast["Tomas"], **more)
    given = seen(brief_pdf(cast["Noor"], find_case(cast["Noor"], reference))).replace("\n", "")
    wanted = (
        "Country: Kenya", "Topics: Contracts, pay", "Ground of the escalation: The response is inadequate",
        "Zinnober was moved.", "Was it accessible? No", "Was the procedure fair? Yes",
        "The office was far away.", "We asked […].",
    )  # fmt: skip
    assert [words for words in wanted if words not in given] == []
    assert not re.search("Amina|Amína|Said|700|Sunday", given)


def seen(pdf):
    """The words of a PDF: each run of glyphs through its font's own map back to characters."""
    words = []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            maps = {str(name): to_unicode(font) for name, font in page.Resources.Font.items()}
            font = None
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "Tf":
                    font = maps[str(operands[0])]
                elif str(operator) in ("Tj", "TJ"):
                    runs = operands[0] if str(operator) == "TJ" else [operands[0]]
                    raw = b"".join(bytes(run) for run in runs if isinstance(run, pikepdf.String))
                    words.append("".join(font.get(raw[i : i + 2], "") for i in range(0, len(raw), 2)))
                elif str(operator) in ("Td", "Tm"):
                    words.append("")
    return "".join(words)


def to_unicode(font):
    text = font.ToUnicode.read_bytes().decode("latin-1")
    found = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", text, re.S):
        for glyph, value in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            found[bytes.fromhex(glyph)] = bytes.fromhex(value).decode("utf-16-be")
    return found


def said_by_sheet(file: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(file)]


def test_on_paper_the_name_stands_on_a_sheet_of_its_own_and_the_first_says_where_to_bring_it(app):
    *others, last = said_by_sheet(app.test_client().get("/complain/paper.pdf").data)
    assert "Tear it off" in last and "Your name" in last and "What happened?" not in last
    assert all("Your name" not in one and "Your phone number" not in one for one in others)
    assert "Bring it or send it here:" in others[0] and "+41 22 000 00 00" in others[0]
