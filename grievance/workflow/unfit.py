"""What is said, and refused, where a case does not fit its record (file 3, "Compared").

Whoever can write to the database and does not use this program made it so: nobody decides anything on what stands there
until whoever runs the server has restored it (docs/operations.md). No button here makes it fit.
"""

from grievance.access import Person
from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Refused
from grievance.models.case import Case
from grievance.models.sides import COMPANY, COMPLAINANT
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
_SAID = {COMPANY: TO_THE_COMPANY, COMPLAINANT: TO_HER}
NOBODYS_WORDS = (
    _l("This does not fit the record"),
    _l("It was changed, or put here, from outside. These are nobody's words, so we do not show them."),
)
"""In the place of a writing: question and answer."""


def said_to(person: Person) -> Label:
    """In plain words for this side: what it means, and whom to tell."""
    return _SAID.get(person.side, TO_THE_OFFICE)


def refuse(person: Person, case: Case) -> None:
    """Before a step, with all that its conditions have looked at. Raises `Refused`."""
    looked, nobodys = unsigned.look(case)
    if nobodys or looked.misfits():
        raise Refused(said_to(person))
