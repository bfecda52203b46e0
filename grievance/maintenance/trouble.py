"""What stands in the way of the office as a whole: the clock, the mail, people who cannot be reached, and cases that do
not fit their record, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import CompoundSelect, Row, SelectBase, String, case, cast, func, literal, null, select, union_all
from sqlalchemy.orm import aliased

from grievance import clock
from grievance.access import Person, visible
from grievance.accounts.company_webhooks import GIVEN_UP
from grievance.deadlines.days import time_there
from grievance.deadlines.lengths import length
from grievance.extensions import Label, UtcDateTime, db
from grievance.extensions import lazy_gettext as _l
from grievance.maintenance import calendar_gaps, unfit_cases
from grievance.maintenance.health import LAST_SWEEP, OLDEST_SWEEP
from grievance.models.case import Case, Respondent
from grievance.models.keys import Setting
from grievance.models.mailbox import Mailbox
from grievance.models.people import Account, AccountStatus, Company, Party
from grievance.models.sign import Sign
from grievance.models.webhook import CompanyWebhook
from grievance.models.writing import Letter
from grievance.notify.outbox import FAILING
from grievance.notify.recipients import MAILED
from grievance.record.letters import FORMER_COMPANY

SHOWN = 20
"""Lines of one kind; beyond them it is said that there are more."""
NOBODY: dict[str, Label] = {
    "officer": _l("No officer can be reached."),
    "approver": _l("No approver can be reached."),
    "custodian": _l("The custodians cannot be reached."),
    "proposer": _l("No officer can be reached."),
    "colleague": _l("A colleague who was mentioned, or put beside, cannot be reached."),
}
"""Said of letters whose recipient nobody can read for now; of a company's, its name is said."""


@dataclass(frozen=True)
class Trouble:
    """A sentence, and a line for each whom it is about, or a case by its reference. `of_the_clock`: time limits pass
    and nobody notes it. `of_calendars`: it is mended under Holidays."""

    sentence: str
    lines: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    of_the_clock: bool = False
    of_calendars: bool = False


def troubles(now: datetime, by: Person | None = None) -> list[Trouble]:
    """Everything of this kind that is so now; an empty list where the office works. One question for all of it. `by`:
    who looks, and reads of no case that they must not see."""
    rows: list[Row[Any]] = list(db.session.execute(_question(clock.office_day(now))))
    settings = {row.name: datetime.fromisoformat(row.value) for row in rows if row.kind == "setting"}
    refused, unreached = ([row for row in rows if row.kind == kind] for kind in ("refused", "unreached"))
    no_sign = [row.value for row in rows if row.kind == "no_sign"]
    unfit = [row.value for row in rows if row.kind == "unfit"]
    return [
        *_of_the_record(*unfit_cases.told_apart(unfit), by),
        *_of_the_clock(settings.get(LAST_SWEEP), now),
        *_of_the_mail(settings.get(FAILING)),
        *_of_people(refused, unreached),
        *_of_signs(no_sign, by),
        *_of_webhooks([row.name for row in rows if row.kind == "webhook"]),
        *(Trouble(sentence, lines, of_calendars=True) for sentence, lines in calendar_gaps.said(rows, now)),
    ]


@lru_cache(4)
def _question(day: date) -> CompoundSelect[Any]:
    """Kept, because to build it takes longer than to ask it."""
    return union_all(*_asked(), *calendar_gaps.asked(day))


def _asked() -> Iterator[SelectBase]:
    nothing, never = cast(null(), String).label("value"), cast(null(), UtcDateTime).label("since")
    settings = select(literal("setting").label("kind"), Setting.name.label("name"), Setting.value.label("value"), never)
    yield settings.where(Setting.name.in_((LAST_SWEEP, FAILING)))
    unfit = select(literal("unfit"), Setting.name, Setting.value, never)
    yield unfit.where(Setting.name.in_((unfit_cases.BY_WORKER, unfit_cases.IN_FULL)), Setting.value != "")
    box = select(literal("refused"), Account.name, nothing, Mailbox.refused_since)
    box = box.join(Account, (Account.id == Mailbox.account_id) & (Account.email == Mailbox.address))
    yield box.where(Mailbox.refused_since.is_not(None), Account.status == AccountStatus.ACTIVE)
    earlier, lost = aliased(Company), Letter.facts["respondent"].as_integer()
    whose = case((Letter.recipient == "company", Company.name), else_=func.coalesce(earlier.name, ""))
    letters = select(literal("unreached"), Letter.recipient, whose, func.min(Letter.unreached_since))
    letters = letters.outerjoin(Case, Case.id == Letter.case_id).outerjoin(Company, Company.id == Case.company_id)
    letters = letters.outerjoin(
        Respondent,
        (Letter.recipient == FORMER_COMPANY) & (Respondent.case_id == Case.id) & (Respondent.n == lost),
    ).outerjoin(earlier, earlier.id == Respondent.company_id)
    waiting = (Letter.recipient.in_(MAILED), Letter.sent_at.is_(None), Letter.unreached_since.is_not(None))
    yield letters.where(*waiting).group_by(Letter.recipient, whose)
    hooks = select(literal("webhook"), Company.name, nothing, func.min(CompanyWebhook.given_up_at))
    hooks = hooks.join(Party, Party.company_id == Company.id).join(CompanyWebhook, CompanyWebhook.party_id == Party.id)
    yield hooks.where(CompanyWebhook.given_up_at.is_not(None)).group_by(Company.name)
    which = select(Case.reference).where(Case.id == Sign.case_id).scalar_subquery()
    yield select(literal("no_sign"), nothing, which, Sign.failed_since).where(Sign.failed_since.is_not(None))


def _of_the_record(references: list[str], of_office: bool, by: Person | None) -> Iterator[Trouble]:
    if references := _seen_by(by, references):
        sentence = _(
            "These cases do not fit the record: they were changed from outside this program. What stands there may be"
            " wrong, no step can be taken in them, and their time limits run on. Tell whoever runs the server, who"
            " restores them, and talk to whoever waits for an answer there:"
        )
        yield Trouble(sentence, _first(references)[SHOWN:], tuple(references[:SHOWN]))
    if of_office:
        sentence = _(
            "Something about people, companies, keys or calendars does not fit the record: it was changed from outside"
            " this program. Hand nothing over and admit nobody before whoever runs the server has restored it."
        )
        yield Trouble(sentence)


def _of_webhooks(companies: list[str]) -> Iterator[Trouble]:
    if companies:
        sentence = _(
            "The systems of these companies could not be told for %(time)s that something waits. Their people get mail"
            " about it as always, and see it at their desk:", time=length(GIVEN_UP),
        )  # fmt: skip
        yield Trouble(sentence, _first(sorted(companies)))


def _seen_by(by: Person | None, references: list[str]) -> list[str]:
    """Those of which whoever looks may read."""
    if not by or not references:
        return sorted(references)
    theirs = visible(by).where(Case.reference.in_(references)).with_only_columns(Case.reference)
    return sorted(db.session.scalars(theirs))


def _of_the_clock(swept: datetime | None, now: datetime) -> Iterator[Trouble]:
    if swept is None:
        yield Trouble(_("The clock has not run yet: no reminder and no mail goes out until the worker is started."))
    elif now - swept > OLDEST_SWEEP:
        sentence = _(
            "The clock has stood still since %(time)s: no reminder and no mail goes out, and no missed time limit is"
            " noted. Tell whoever runs the server that the worker is dead.",
            time=_time(swept),
        )
        yield Trouble(sentence, of_the_clock=True)


def _of_the_mail(failing: datetime | None) -> Iterator[Trouble]:
    if not current_app.config["MAIL_URL"]:
        yield Trouble(_("No mail goes out: no mail server is set (MAIL_URL). People see what waits when they sign in."))
    elif failing:
        sentence = _(
            "Mail has not gone out since %(date)s. It is tried again by itself; tell whoever runs the server.",
            date=_time(failing),
        )
        yield Trouble(sentence)


def _of_people(refused: list[Row[Any]], unreached: list[Row[Any]]) -> Iterator[Trouble]:
    if refused:
        said = sorted(_("%(name)s, since %(time)s", name=row.name, time=_time(row.since)) for row in refused)
        yield Trouble(_("Mail to these people is refused. Ask them whether the address is right:"), _first(said))
    if unreached:
        said = sorted({f"{_nobody(row)} {_('Since %(time)s.', time=_time(row.since))}" for row in unreached})
        yield Trouble(_("Letters wait that nobody can read now. They go as soon as somebody can:"), _first(said))


def _of_signs(references: list[str], by: Person | None) -> Iterator[Trouble]:
    if references := _seen_by(by, references):
        sentence = _(
            "In these cases whoever asked for a sign that there is news cannot be reached by it: the number or the"
            " address is wrong, or the telephone is off. Find another way to tell them, if they left one:"
        )
        yield Trouble(sentence, _first(references)[SHOWN:], tuple(references[:SHOWN]))


def _nobody(row: Row[Any]) -> str:
    if row.name in ("company", FORMER_COMPANY):
        return str(_("Nobody at %(company)s can be reached.", company=row.value or _("the company")))
    return str(NOBODY[row.name])


def _first(lines: list[str]) -> tuple[str, ...]:
    more = (_("There are more."),) if len(lines) > SHOWN else ()
    return (*lines[:SHOWN], *more)


def _time(at: datetime) -> str:
    return time_there(at, clock.office_zone())
