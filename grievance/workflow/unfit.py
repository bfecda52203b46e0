"""What is said, and refused, where a case does not fit its record (docs/confidentiality.md, "Vouched for").

Whoever can write to the database and does not use this program made it so: nobody decides anything on what stands there
until whoever runs the server has restored it (docs/operations.md). No button here makes it fit.
"""

from collections.abc import Sequence

from sqlalchemy import select

from grievance.access import Person
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Refused
from grievance.models.case import Case
from grievance.models.limit import Limit
from grievance.models.sides import COMPANY, COMPLAINANT
from grievance.models.writing import Decision, Remedy, Writing
from grievance.workflow import unsigned

TO_THE_OFFICE = _l(
    "Something in this case does not fit the record: it was changed from outside this program. What stands here may not"
    " be what was written or decided. Tell whoever runs the server, who restores it. Until then no step can be taken in"
    " this case, and its time limits run on."
)
TO_THE_COMPANY = _l(
    "Something in this case does not fit the record: it was changed from outside. Do not act on what stands here, and"
    " tell the Secretariat by telephone or mail. Until it is cleared, nothing can be sent from here."
)
TO_HER = _l(
    "Something about your complaint was changed from outside, and does not fit our record. What stands here may be"
    " wrong. Until we have cleared it, nothing can be sent from here. What you write now does not reach us. Please tell"
    " us about this in another way."
)
DECIDED_ON: tuple[type[Writing | Limit | Remedy | Decision], ...] = (Writing, Limit, Remedy, Decision)
"""What each side reads on its page, so that the page warns of nothing on which a step would be taken all the same."""
_SAID = {COMPANY: TO_THE_COMPANY, COMPLAINANT: TO_HER}
NOBODYS_WORDS = (
    _l("This does not fit the record"),
    _l("It was changed, or put here, from outside. These are nobody's words, so we do not show them."),
)
"""In the place of a writing: question and answer."""


def said_to(person: Person) -> Label:
    """In plain words for this side: what it means, and whom to tell."""
    return _SAID.get(person.side, TO_THE_OFFICE)


def against(person: Person, case: Case) -> Label | None:
    """The sentence, where something does not fit: of what is there at all, and of what stands in the rows that were
    looked at until now, and of those by which somebody judges a case."""
    return among(person, [case]).get(case.id)


def among(person: Person, cases: Sequence[Case]) -> dict[str, Label]:
    """The same for many, by the number of the case; those that fit are left out. Their rows take a statement for each
    kind, however many cases there are."""
    ids = [case.id for case in cases]
    rows = [row for one in DECIDED_ON for row in db.session.scalars(select(one).where(one.case_id.in_(ids)))]
    found = {case.id: said_to(person) for case in cases if _does_not_fit(case)}
    del rows  # the session forgets rows that nobody holds, and what it has forgotten is not compared
    return found


def _does_not_fit(case: Case) -> bool:
    looked, nobodys = unsigned.look(case)
    return bool(nobodys or looked.misfits())


def refuse(person: Person, case: Case) -> None:
    """Before a step, with all that its conditions have looked at. Raises `Refused`."""
    if sentence := against(person, case):
        raise Refused(sentence)
