"""With whom a complainant wishes to speak, as whoever gives the case to somebody reads it."""

from flask_babel import gettext as _
from sqlalchemy import select

from grievance.access import Person, opened
from grievance.accounts import who_could
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.people import Account, Role
from grievance.workflow import delicate, effects
from grievance.workflow.row import Row


def who_should_speak(person: Person, case: Case, row: Row) -> str:
    """Where the case is given to somebody: the complainant's wish, and who of those who could have it said that they
    are so. It warns, and refuses nobody."""
    if not {effects.assign, effects.take_on} & set(row.then) or not (keys := opened(person, case)):
        return ""
    if not (wish := delicate.wish_of(case, keys)):
        return ""
    able = who_could.standing(case).able((Role.OFFICER,))
    known = select(Account.name).where(Account.id.in_(able), Account.sex == wish).order_by(Account.name)
    names = ", ".join(db.session.scalars(known)) or _("nobody")
    return f"{delicate.WISHES[wish]} {_('Who said so of themselves: %(names)s.', names=names)}"
