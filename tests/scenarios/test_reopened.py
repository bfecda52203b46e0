"""A case is taken up again: its company reads of it at its release, whatever the ground is, and never which it is.

Where her safety is the ground, it does so with her yes alone."""

import pytest
import time_machine

from grievance import demonstration
from grievance.forms.choices import GROUNDS_TO_REOPEN
from grievance.models.case import State
from grievance.workflow import release, steps
from tests.scenarios.days import another_approver, day, letters
from tests.scenarios.test_told_later import without_lots
from tests.unpadded import unpadded
from tests.views.test_routes import client_of

GROUNDS = tuple(dict(GROUNDS_TO_REOPEN))
WHEN = 140


@pytest.fixture(params=["remedied", "closed"])
def over(story, request):
    """A case that is over for its company, on a later day."""
    for step, who, number in demonstration.STORY[4:]:
        story.at(step, who, number)
        if story.case.state == request.param:
            break
    with time_machine.travel(day(WHEN), tick=False) as travel:
        story.travel = travel
        yield story


def reopen(story, cast, **said):
    raw = {"letter": "We take it up again.", **said}
    decision = steps.take("reopen", story.noor, story.reference, raw, now=day(WHEN))
    if decision is not None:
        steps.decide(another_approver(cast), story.reference, decision.id, True, now=day(WHEN))


@pytest.mark.parametrize("ground", GROUNDS)
def test_whatever_the_ground_the_company_reads_of_it_at_its_release_and_not_which_it_is(app, over, cast, ground):
    client = client_of(app, "Victor")

    def seen():
        page = client.get(f"/company/cases/{over.reference}")
        assert page.status_code == 200
        return unpadded(without_lots(page.text))

    seen()  # what is new before is seen
    before = seen()
    reopen(over, cast, ground=ground, **({"may_know": "yes"} if ground == "retaliation" else {}))
    assert over.case.state == State.ESCALATED and "reopened" in letters(over.case, "company")
    assert seen() == before
    over.travel.move_to(release.next_release(day(WHEN), over.case.company.zone))
    app.extensions["sessions of a test"].clear()
    client = client_of(app, "Victor")
    after = seen()
    assert "The case was reopened" in after
    assert not [label for _key, label in GROUNDS_TO_REOPEN if str(label) in after]


@pytest.mark.parametrize("said", [{}, {"may_know": "no"}], ids=["not asked", "no"])
def test_for_her_safety_it_is_not_taken_up_before_the_company_without_her_yes(over, cast, said):
    before = over.case.state
    with pytest.raises(steps.Refused, match="Ask the complainant first"):
        reopen(over, cast, ground="retaliation", **said)
    assert over.case.state == before and "reopened" not in letters(over.case, "company")


def test_her_safety_is_looked_after_meanwhile(over):
    steps.take("report_retaliation", over.amina, over.reference, {"happened": "They came to my house."}, now=day(WHEN))
    assert over.case.safety_alert and "reopened" not in letters(over.case, "company")
