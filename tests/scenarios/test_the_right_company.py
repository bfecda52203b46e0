"""The company that a complaint belongs to cannot tell from its own pages that another one had it before."""

import pytest

from grievance.access import find_case
from grievance.workflow.visibility import version_for
from tests.scenarios.test_wrong_company import Wrong


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
