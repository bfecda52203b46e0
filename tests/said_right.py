"""A short way to a hand-over: she was shown this very text before and said that it is right, as she does at more length
in tests/workflow/test_summaries.py and on every way of tests/ways.py."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select

from grievance import clock
from grievance.demonstration import PACKET
from grievance.extensions import db
from grievance.forms.fields import clean_text
from grievance.models.case import Case
from grievance.models.people import Role
from grievance.models.summary import Summary, Verdict
from grievance.models.writing import Writing
from grievance.workflow import steps, summaries
from grievance.workflow.procedure import HAND_OVERS

TAKE, STANDS_AGAINST = steps.take, steps.stands_against


def say(reference: str, text: str = PACKET) -> None:
    """Unless she was shown something that waits for her, or said right to it."""
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one_or_none()
    first = case and db.session.scalars(select(Writing.id).where(Writing.case_id == case.id).limit(1)).first()
    if case is None or first is None or case.company is None:
        return
    shown, digest = summaries.newest(case), summaries.digest_of(clean_text(text), case.language, case.company_id)
    if shown and (shown.verdict is None or shown.digest == digest):
        return
    before = db.session.scalar(select(func.max(Summary.number)).where(Summary.case_id == case.id)) or 0
    now, number = clock.now(), before + 1
    db.session.add(
        Summary(
            id=secrets.token_hex(16), case_id=case.id, number=number, company_id=case.company_id,
            language=case.language, digest=digest, writing_id=first, shown_at=now, verdict=Verdict.RIGHT,
            answered_at=now, answered_as=Role.COMPLAINANT,
        )
    )  # fmt: skip
    db.session.commit()


@contextmanager
def before_each_hand_over() -> Iterator[None]:
    def take(step, person, reference, raw, **more):
        if raw.get("packet") and step in {*HAND_OVERS, "recall_packet"}:
            say(reference, raw["packet"])
        return TAKE(step, person, reference, raw, **more)

    def stands_against(row, person, case, keys, chosen=None, standing=None, **more):
        """At a page of its own; the page of the case says that she is asked first."""
        if chosen is not None and row.hands_over and (chosen.get("packet") or summaries.newest(case) is None):
            say(case.reference, chosen.get("packet", PACKET))
        return STANDS_AGAINST(row, person, case, keys, chosen, standing, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "take", take)
        patch.setattr(steps, "stands_against", stands_against)
        yield
