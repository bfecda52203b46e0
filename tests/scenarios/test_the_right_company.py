"""The company that a complaint belongs to cannot tell from its own pages that another one had it before."""

import pytest

from grievance import demonstration
from grievance.access import find_case, opened
from grievance.forms.fields import Refused
from grievance.record import files
from grievance.reports.company_page import open_company_page
from grievance.workflow.visibility import version_for
from tests.scenarios.test_wrong_company import Wrong
from tests.views.test_routes import client_of


@pytest.fixture
def right(both):
    """Larkfield acknowledged, promised and answered; Ostrova has the case since day 11."""
    wrong = Wrong(both.cast)
    wrong.at("company_acknowledge", "Victor", 6)
    wrong.at("propose_remedy", "Victor", 6, 1)
    wrong.at("respond", "Victor", 7)
    wrong.change(10)
    wrong.hand_to_the_right_one(11)
    return wrong


def test_its_forms_count_what_happened_to_itself(right, both):
    olga = both.cast["Olga"]
    case = find_case(olga, right.reference)
    assert version_for(olga, case) == len(right.heard(olga).timeline)


def test_its_remedies_begin_at_one_wherever_it_reads_of_them(right, both):
    right.at("propose_remedy", "Olga", 12)
    right.at("accept_remedy", "Amina", 13)
    olga, amina = both.cast["Olga"], right.who["Amina"]
    file = right.heard(olga)
    assert [card.number for card in file.remedies] == [1]
    assert {one.facts["remedy"] for one in file.timeline if "remedy" in one.facts} == {1}
    client = client_of(both.app, "Olga")
    for path in ("", "/steps/report_delivered"):
        text = client.get(f"/company/cases/{right.reference}{path}").text
        assert "emedy 1" in text and "emedy 2" not in text
    assert [card.number for card in right.heard(amina).remedies] == [1, 2]


def not_given(wrong, noor):
    case = find_case(noor, wrong.reference)
    return files.not_with_the_company(case, opened(noor, case))


def test_it_may_be_given_what_the_other_was_given_and_its_files_begin_at_one(both):
    wrong = Wrong(both.cast)
    noor, olga = both.cast["Noor"], both.cast["Olga"]
    wrong.at("attach", "Amina", 6, files=[demonstration.upload("a.txt", b"A list.")], audience="secretariat")
    (file,) = not_given(wrong, noor)
    wrong.at("say_about_file", "Amina", 6, 1, of_file=file.id)
    wrong.at("share_file", "Noor", 6, 1, file=file.id, agreed="yes")
    assert not_given(wrong, noor) == []
    wrong.change(10)
    wrong.hand_to_the_right_one(11)
    assert [one.id for one in not_given(wrong, noor)] == [file.id]
    with pytest.raises(Refused, match="has not said that the company may read"):
        wrong.at("share_file", "Noor", 12, file=file.id, agreed="yes")
    wrong.at("say_about_file", "Amina", 12, of_file=file.id)
    wrong.at("share_file", "Noor", 12, file=file.id, agreed="yes")
    page = open_company_page(olga, find_case(olga, wrong.reference))
    assert [one["name"] for message in page.messages for one in message.files] == ["A text 1.txt"]
