"""A letter on paper as a PDF: tagged, in its language, from its side, with the original beside it; and the page for the
envelope, which has the address and nothing else."""

import io
import json
import re
import shutil
import subprocess

import pikepdf
import pypdfium2
import pytest

from grievance.forms.fields import Refused
from grievance.reports import on_paper
from grievance.reports.letters import letter_pdf
from grievance.reports.told_list import told_list
from grievance.site import site_name
from grievance.workflow import post, steps
from tests.paper import TO_COMPANY, TO_HER, WORDS
from tests.scenarios.conftest import story, today  # noqa: F401
from tests.scenarios.days import day
from tests.scenarios.test_identity import grant
from tests.scenarios.test_letters_on_paper import agree, posted, write

IN_ARABIC = "السيدة أمينة\n\nقرأنا شكواك مرة أخرى."
PROGRAMS = [name for name in ("qpdf", "pdftotext") if shutil.which(name)]


@pytest.fixture
def letters_story(today):  # noqa: F811
    """A case that the company has, on its tenth day."""
    return today


def text_of(content):
    """What somebody reads of a PDF, in the order of its words."""
    with pypdfium2.PdfDocument(content) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def joined(content):
    return re.sub(r"\s+", " ", text_of(content))


def test_a_letter_is_on_the_associations_paper_tagged_and_in_its_language(app, cast, letters_story):
    with app.test_request_context():
        content = on_paper.as_printed(letters_story.case, TO_HER, None)
        name = site_name()
    with pikepdf.open(io.BytesIO(content)) as document:
        root = document.Root
        assert str(root.Lang).startswith("en") and root.MarkInfo.Marked and "/StructTreeRoot" in root
        assert str(document.docinfo["/Title"]) == "Information"
    said = joined(content)
    assert all(one in said for one in (name, "Your wages", "Dear Amina Said,", letters_story.reference))


def test_an_arabic_letter_runs_from_the_right_and_its_original_stands_beside_it(app, cast, letters_story, monkeypatch):
    says = {**TO_HER, "language": "ar", "text": IN_ARABIC, "original": WORDS, "original_language": "en"}
    with app.test_request_context():
        content = on_paper.as_printed(letters_story.case, says, None)
        monkeypatch.setattr(on_paper, "typeset", lambda _name, data: json.dumps(data).encode())
        data = json.loads(on_paper.as_printed(letters_story.case, says, None))
    with pikepdf.open(io.BytesIO(content)) as document:
        assert str(document.Root.Lang).startswith("ar") and document.Root.MarkInfo.Marked
    assert [(one["lang"], one["direction"]) for one in data["sides"]] == [("ar", "rtl"), ("en", "ltr")]
    said = text_of(content)  # this reader turns the words of a line round where others stand from the right
    assert {"Dear", "Amina", "Haddad"} <= set(re.findall("[A-Za-z]+", said)) and re.search(
        "[\u0600-\u06ff\ufb50-\ufeff]{3,}", said
    )


@pytest.mark.parametrize("program", ["qpdf", "pdftotext"])
def test_other_programs_find_the_letter_sound_and_its_words(app, cast, letters_story, program, tmp_path):
    if program not in PROGRAMS:
        pytest.skip(f"{program} is not here")
    path = tmp_path / "letter.pdf"
    with app.test_request_context():
        path.write_bytes(on_paper.as_printed(letters_story.case, TO_HER, None))
    how = ["qpdf", "--check", str(path)] if program == "qpdf" else ["pdftotext", str(path), "-"]
    done = subprocess.run(how, capture_output=True, check=True)
    assert program == "qpdf" or b"Dear Amina Said," in done.stdout


def test_the_page_for_her_envelope_has_the_address_and_neither_our_name_nor_a_companys(app, cast, letters_story):
    story = letters_story  # noqa: F811
    agree(story)
    write(story)
    grant(story, 10)
    with app.test_request_context():
        content = on_paper.her_label(story.noor, story.case)
        ours = site_name()
    said = joined(content)
    assert said.strip() == "7 Palm Street Kisumu"
    with pikepdf.open(io.BytesIO(content)) as document:
        about = f"{document.docinfo!r} {document.open_metadata()}"
    for name in (ours, story.case.company.name, story.reference):
        assert name not in said and name not in about


def test_her_address_opens_to_nobody_without_a_custodians_grant(app, cast, letters_story):
    agree(letters_story)
    with app.test_request_context(), pytest.raises(Refused, match="No grant is open to you"):
        on_paper.her_label(letters_story.noor, letters_story.case)


def test_an_address_that_is_newer_than_the_grant_is_not_taken_for_the_old_one(app, cast, letters_story):
    story = letters_story  # noqa: F811
    agree(story)
    grant(story, 10)
    steps.take("correct_identity", story.amina, story.reference, {"address": "2 New Road"}, now=day(10, 2))
    with app.test_request_context(), pytest.raises(Refused, match="newer address since the grant"):
        on_paper.her_label(story.noor, story.case)


def test_the_companys_envelope_has_the_registered_address_that_the_letter_has(app, cast, letters_story):
    letter = write(letters_story, **TO_COMPANY)
    written = on_paper.one_of(letters_story.case, letter)
    with app.test_request_context():
        assert joined(on_paper.company_label(letters_story.noor, letters_story.case, written)).strip() == (
            "1 Mill Road Nairobi"
        )
    letter = write(letters_story, **{**TO_COMPANY, "address": ""})
    with app.test_request_context(), pytest.raises(Refused, match="no address of the company"):
        on_paper.company_label(letters_story.noor, letters_story.case, on_paper.one_of(letters_story.case, letter))


def test_what_each_side_takes_from_its_page_is_the_letter_as_it_was_printed(app, cast, letters_story):
    story = letters_story  # noqa: F811
    agree(story)
    posted(story, write(story))
    steps.take("send_letter", story.noor, story.reference, {"letter": write(story, **TO_COMPANY)}, now=day(12))
    papers = {line.to: line.pdf for line in told_list(story.noor, story.case) if str(line.kind) == "Letter on paper"}
    with app.test_request_context():
        for person, to, words in (
            (story.amina, "complainant", "Dear Amina Said,"),
            (story.victor, "company", "Dear Sir"),
        ):
            said = joined(letter_pdf(person, story.case, papers[to]))
            assert words in said and site_name() in said
            assert joined(letter_pdf(story.noor, story.case, papers[to])) == said
    assert post.written(story.case)
