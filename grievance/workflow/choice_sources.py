"""Answers that name a row of the database: what may be chosen, and whether what was chosen may be."""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, bindparam, select

from grievance import clock
from grievance.access import NoSuchCase, find_case
from grievance.accounts import who_could
from grievance.crypto.compartments import CaseKeys
from grievance.deadlines import days, pauses
from grievance.deadlines import rows as deadlines
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import REMEDY_KINDS
from grievance.forms.fields import BadInput, Field, Kind
from grievance.forms.kinds import FACTS
from grievance.models.case import Case, Conflict, Respondent
from grievance.models.people import SECRETARIAT_ROLES, Account, AccountStatus, Company, Role
from grievance.models.register import LIVING
from grievance.models.sides import COMPANY, SECRETARIAT
from grievance.models.writing import Remedy
from grievance.workflow import (
    corrections,
    custody,
    discussion,
    file_words,
    her_files,
    measures,
    meetings,
    parts,
    post,
    reading,
    respondents,
    sent_elsewhere,
    several_officers,
    summaries,
    texts_to_read,
    unanswered,
    words,
)
from grievance.workflow.conditions import may_close_as
from grievance.workflow.context import StepContext
from grievance.workflow.recusal import colleagues
from grievance.workflow.remedies import of_former


def resolve(fields: tuple[Field, ...], context: StepContext) -> None:
    """Answers that name a row of the database must name one that this case may use."""
    for field in fields:
        value = context.values.get(field.name)
        if value is None:
            continue
        if field.kind == Kind.REMEDY:
            promised = _REMEDIES.where(Remedy.id == value)
            context.remedy = db.session.scalars(promised, _among(field, context.case)).one_or_none()
            found = context.remedy is not None
        elif field.kind == Kind.CASE:
            found = _another_case(context, value)
        elif FACTS[field.kind].among_rows:
            found = set(value if isinstance(value, list) else [value]) <= {
                i for i, _name in options(field, context.case, context.keys)
            }
        else:
            continue
        if not found:
            raise BadInput({field.name: _("Choose one of the answers in the list.")})


def _another_case(context: StepContext, reference: str) -> bool:
    try:
        return find_case(context.person, reference).id != context.case.id
    except NoSuchCase:
        return False


def options(field: Field, case: Case, keys: CaseKeys, *, places: bool = True) -> list[tuple[str, str]]:
    """What may be chosen for a question: (value, text) pairs. `places`: a day is said with its place, as for staff and
    companies; complainants read the day alone."""
    if field.kind == Kind.REMEDY:
        return _promised(field, case, keys, places)
    if source := SOURCES.get(field.kind):
        return source(field, case, keys)
    if field.by_silence:
        return summaries.choices(field, case)
    closed: tuple[str, ...] = WITH_THE_COMPANY if field.name == "audience" and not case.with_company else ()
    if unanswered.NO_ANSWER in dict(field.choices):
        closed = tuple(value for value, _text in field.choices if not _may_close_as(case, value))
    return [(value, str(text)) for value, text in field.choices if value not in closed]


def _promised(field: Field, case: Case, keys: CaseKeys, places: bool) -> list[tuple[str, str]]:
    promises = reading.promises(case, keys, hers=not places)
    zone = deadlines.zone_for(case, COMPANY) if places else ""
    found, before = db.session.scalars(_REMEDIES, _among(field, case)), of_former(case) if keys.grants else 0
    return [(r.id, _remedy(r, r.number - before, promises.get(r.id, ""), zone)) for r in found]


def _companies() -> list[tuple[str, str]]:
    return [(str(c.id), c.name) for c in db.session.scalars(select(Company).where(LIVING).order_by(Company.name))]


def _may_be_held(case: Case) -> list[tuple[str, str]]:
    held = [limit for limit in deadlines.owed(case) if pauses.may_be_held(limit)]
    return list({limit.key: str(deadlines.kind_of(limit).words) for limit in held}.items())


def _officers(case: Case) -> list[tuple[str, str]]:
    return [(str(one), name) for one, name in _names(who_could.standing(case).able((Role.OFFICER,)))]


def _to_put_beside(case: Case) -> list[tuple[str, str]]:
    possible = several_officers.possible(case, who_could.standing(case))
    return [(str(one), name) for one, name in _names(possible)]


def _beside(case: Case) -> list[tuple[str, str]]:
    return [(str(one), name) for one, name in _names(who_could.standing(case).beside)]


def _deputies(case: Case) -> list[tuple[str, str]]:
    pairs = who_could.standing(case).possible_deputies(case.state)
    names = dict(_names([one for one, _role in pairs]))
    return [(f"{one}:{role}", _deputy(names[one], role)) for one, role in pairs]


def _shut_out(case: Case) -> list[tuple[str, str]]:
    out = select(Conflict.account_id).where(Conflict.case_id == case.id)
    still = select(Account.id).where(Account.id.in_(out), Account.status != AccountStatus.LEFT)
    return [(str(one), name) for one, name in _names(list(db.session.scalars(still)))]


def _of_the_case(case: Case, *whose: ColumnElement[bool]) -> list[tuple[str, str]]:
    """Accounts that are here and not kept out of the case already."""
    out = select(Conflict.account_id).where(Conflict.case_id == case.id)
    there = (Account.status != AccountStatus.LEFT, Account.id.not_in(out))
    return [
        (str(a.id), a.name) for a in db.session.scalars(select(Account).where(*there, *whose).order_by(Account.name))
    ]


def _people(case: Case) -> list[tuple[str, str]]:
    ours = Account.party.has(company_id=case.company_id) if case.company_id else Account.id.is_(None)
    return _of_the_case(case, Account.role.in_(SECRETARIAT_ROLES | {Role.CUSTODIAN}) | ours)


def _of_the_company(case: Case) -> list[tuple[str, str]]:
    return _of_the_case(case, Account.role == Role.COMPANY, Account.party.has(company_id=case.company_id))


Source = Callable[[Field, Case, CaseKeys], list[tuple[str, str]]]
SOURCES: dict[Kind, Source] = {
    Kind.MEASURE: lambda field, case, keys: measures.options(case, keys, field.among),
    Kind.MEETING: lambda field, case, keys: meetings.options(case, keys, field.among),
    Kind.LETTER: lambda field, case, keys: post.options(case, keys, field.among),
    Kind.WRITING: lambda _field, case, keys: texts_to_read.options(case, keys),
    Kind.MENTIONED: lambda _field, case, _keys: discussion.options(case),
    Kind.TO_PUT_BESIDE: lambda _field, case, _keys: _to_put_beside(case),
    Kind.BESIDE: lambda _field, case, _keys: _beside(case),
    Kind.NOTE: lambda _field, case, keys: discussion.notes(case, keys),
    Kind.DOOR: lambda _field, case, _keys: sent_elsewhere.options(case),
    Kind.PART: lambda field, case, keys: parts.options(case, keys, field.among),
    Kind.FILE: lambda _field, case, keys: _to_share(case, keys),
    Kind.OWN_FILE: lambda _field, case, keys: her_files.options(case, keys),
    Kind.COMPANY: lambda *_asked: _companies(),
    Kind.FORMER: lambda _field, case, _keys: [(str(one.n), _former(one)) for one in respondents.unconfirmed(case)],
    Kind.ENTRIES: lambda _field, case, _keys: [(one.id, _entry(one)) for one in custody.shareable(case)],
    Kind.LIMITS: lambda _field, case, _keys: _may_be_held(case),
    Kind.BREACHES: lambda _field, case, _keys: corrections.options(case),
    Kind.COLLEAGUE: lambda _field, case, _keys: [(str(a.id), a.name) for a in colleagues(case)],
    Kind.OFFICER: lambda _field, case, _keys: _officers(case),
    Kind.DEPUTY: lambda _field, case, _keys: _deputies(case),
    Kind.SHUT_OUT: lambda _field, case, _keys: _shut_out(case),
    Kind.SUBJECTS: lambda _field, case, _keys: _of_the_company(case),
    Kind.PERSON: lambda _field, case, _keys: _people(case),
}
"""What may be chosen for a question of a kind whose answers are rows of the database; a remedy's are asked apart."""


def _to_share(case: Case, keys: CaseKeys) -> list[tuple[str, str]]:
    """What the company did not get; which of hers wait for her word is said beside them."""
    more = f" – {_('the complainant has not said yes')}"
    found = her_files.to_share(case, keys)
    return [(one.id, file_words.to_share(one) + (more if waits else "")) for one, waits in found]


def _may_close_as(case: Case, reason: str) -> bool:
    return may_close_as(case.state, reason) and not (reason == unanswered.NO_ANSWER and unanswered.missing(case))


def _names(accounts: Collection[int]) -> list[tuple[int, str]]:
    query = select(Account.id, Account.name).where(Account.id.in_(accounts)).order_by(Account.name)
    return [(one, name) for one, name in db.session.execute(query)]


def _deputy(name: str, role: Role) -> str:
    if role == Role.OFFICER:
        return str(_("%(name)s, to take an officer's steps", name=name))
    return str(_("%(name)s, to decide as an approver", name=name))


def _former(one: Respondent) -> str:
    """Its name, and until when it had the case: the same company may have lost it twice."""
    company = db.session.get_one(Company, one.company_id)
    until = days.full_date(clock.office_day(one.ended_at)) if one.ended_at else ""
    return str(_("%(company)s, until %(date)s", company=company.name, date=until))


def something_to_choose(field: Field, context: StepContext) -> bool:
    """The same as whether there are options, without reading what they say."""
    if field.kind == Kind.REMEDY:
        here = {"case_id": context.case.id}
        return bool(context.once("remedies", lambda: set(db.session.scalars(_STATUSES, here))) & set(field.among))
    return bool(options(field, context.case, context.keys))


_THEIRS = (
    Remedy.case_id == bindparam("case_id"),
    Respondent.not_former(Remedy.respondent_id, bindparam("case_id")),
)
_STATUSES = select(Remedy.status).where(*_THEIRS)
_REMEDIES = (
    select(Remedy).where(*_THEIRS, Remedy.status.in_(bindparam("among", expanding=True))).order_by(Remedy.number)
)


def _among(field: Field, case: Case) -> dict[str, Any]:
    return {"case_id": case.id, "among": list(field.among)}


def _remedy(remedy: Remedy, number: int, promise: str, zone: str) -> str:
    """Its number, kind and date, and what was promised."""
    kind, due = dict(REMEDY_KINDS)[remedy.kind.value], remedy.due_on
    on = days.day_there(due, zone) if zone else days.full_date(due)
    plain = _("Remedy %(number)s: %(kind)s, due %(date)s", number=number, kind=kind, date=on)
    return f"{plain} – {promise}" if promise else str(plain)


def _entry(one: custody.Entry) -> str:
    """Whose it is, what, and since when; never what it says."""
    said = f"{words.WHOSE[one.whose]}: {words.IDENTITY[one.kind]}, {days.full_date(clock.office_day(one.at))}"
    return f"{said} ({_('there is a newer one')})" if one.superseded else said


CHOSEN = {"due_on": COMPANY, "until": COMPANY}
"""Days that a step asks for and by which a company owes something. By the others the office does."""
WITH_THE_COMPANY = ("company", "all")
"""Readers that are offered once a company takes part in the case."""
NOTHING_TO_CHOOSE = {
    Kind.REMEDY: _l("There is no remedy for which this is possible."),
    Kind.DEPUTY: _l(
        "Nobody is left who could be named. First invite another person to the Secretariat, and admit them."
    ),
    Kind.BREACHES: _l("Nothing was missed in this case that could be corrected."),
    Kind.MEASURE: _l("There is no measure of protection for which this is possible."),
    Kind.MEETING: _l("Nothing is planned of which this could be said."),
    Kind.FILE: _l("There is no file that the company does not have."),
    Kind.OWN_FILE: _l("There is no file of yours that the company does not have."),
}


def in_words(field: Field, value: Any, case: Case, keys: CaseKeys) -> str:
    """An answer as staff read it: never the name of a row, nor a word of the program."""
    if field.kind == Kind.YES:
        return str(_("Yes") if value else _("No"))
    if field.kind == Kind.DATE and value:
        on, zone = date.fromisoformat(value), deadlines.zone_for(case, CHOSEN.get(field.name, SECRETARIAT))
        return days.day_of_the_week(on) if field.is_of_the_day else days.end_of(on, zone)
    texts = dict(options(field, case, keys))
    if not texts:
        return str(value)
    gone = _("no longer in the list")
    return ", ".join(texts.get(one, gone) for one in (value if isinstance(value, list) else [value]))
