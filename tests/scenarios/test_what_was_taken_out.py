"""An officer reads what is no longer in a copy, beside the file and where it is shared; the company does not."""

from pathlib import Path

import pytest

from grievance import clock, demonstration
from grievance.access import find_case, opened
from grievance.record import files
from tests.evidence import samples
from tests.record.test_files import attach, read
from tests.record.test_files import story as story
from tests.views.test_routes import client_of

FILES = Path(__file__).parents[1] / "data" / "evidence"
TOLD = {
    "hidden-sheet.xlsx": "1 hidden sheet: taken out",
    "deleted-text.docx": "1 tracked deletion: taken out",
    "saved-mail.eml": "2 names or addresses: taken out",
}


@pytest.mark.parametrize("name", TOLD)
def test_an_officer_reads_it_beside_the_file_and_before_sharing(app, story, name):
    attach(story, "Amina", (FILES / name).read_bytes(), name)
    client = client_of(app, "Noor")
    for path in ("", "/steps/share_file"):
        page = client.get(f"/desk/cases/{story[0]}{path}")
        assert page.status_code == 200 and TOLD[name] in page.text


def test_what_is_locked_is_called_locked_and_no_copy_is_shared_without_a_word(app, story):
    attach(story, "Amina", samples.zipped_with_a_lock(), "list.docx")
    page = client_of(app, "Noor").get(f"/desk/cases/{story[0]}/steps/share_file").text
    assert "no clean copy can be made: it is locked with a password" in page


def test_a_company_gets_the_copy_and_no_word_of_what_was_in_the_file(app, story):
    reference, people = story
    attach(story, "Amina", (FILES / "hidden-sheet.xlsx").read_bytes(), "hours.xlsx")
    case = find_case(people["Noor"], reference)
    (file,) = files.not_with_the_company(case, opened(people["Noor"], case))
    demonstration.do("say_about_file", people["Amina"], reference, clock.now(), of_file=file.id)
    demonstration.do("share_file", people["Noor"], reference, clock.now(), people["Tomas"], file=file.id)
    with_them = files.with_the_company(case, opened(people["Victor"], case))
    assert [(one.name, one.taken, one.why) for one in with_them] == [("A table 1.xlsx", {}, "")]
    page = client_of(app, "Victor").get(f"/company/cases/{reference}").text
    assert "A table 1.xlsx" in page and "taken out" not in page and "hidden sheet" not in page
    assert b"Amina" not in b"".join(samples.unzipped(read(story, "Noor", file.copy.id)).values())
