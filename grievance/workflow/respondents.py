"""Whom a complaint is about: the only writer of a case's respondents, and of `Case.company_id`, which points to the
company of the current one."""

import json
import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy import inspect as state_of
from sqlalchemy.orm.attributes import set_committed_value

from grievance import clock
from grievance.access import envelope_place
from grievance.accounts.keys import epochs
from grievance.accounts.keys.party_keys import company_key
from grievance.at_company import own_words
from grievance.crypto.committed import seal_committed
from grievance.crypto.compartments import Compartment
from grievance.deadlines import days, pauses
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.extensions import db, speaking
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Case, Ended, Respondent, State
from grievance.models.event import Event
from grievance.models.keys import CompanyEnvelope, IdentityShare
from grievance.models.people import Company
from grievance.workflow import delicate, safety
from grievance.workflow.conditions import Answer, of_answers
from grievance.workflow.context import StepContext

TAKEN = ("company_acknowledge", "respond")
"""Steps of a company that say that somebody there had read it."""


def name(case: Case, company_id: int, at: datetime, instead: Ended = Ended.CORRECTED) -> None:
    """This company is the respondent from now on; one that was before ends as `instead`, and what it owed with it. The
    caller holds the case's lock."""
    before = case.respondent if case.company_id else None
    if before:
        end(case, before, at, instead)
    number = before.n + 1 if before else _ended(case) + 1
    new = Respondent(id=secrets.token_hex(16), case_id=case.id, company_id=company_id, n=number, named_at=at)
    db.session.add(new)
    _point_to(case, new)


def _ended(case: Case) -> int:
    """How many companies a case had that has none now: it has had one where something was handed over."""
    if not case.handovers:
        return 0
    return db.session.scalar(select(func.max(Respondent.n)).where(Respondent.case_id == case.id)) or 0


def _point_to(case: Case, respondent: Respondent | None) -> None:
    case.company_id = respondent.company_id if respondent else None
    set_committed_value(case, "respondent", respondent)  # read by nobody from the database in this unit of work
    if state_of(case).persistent:
        db.session.expire(case, ["company"])


def end(case: Case, respondent: Respondent, at: datetime, how: Ended) -> None:
    """Nothing that it owed is owed any more. Written before the next one: the database allows one at a time."""
    for limit in deadlines.owed(case):
        if limit.respondent_id == respondent.id:
            limit.stopped_at, limit.wake_at = at, None
    respondent.ended_at, respondent.ended_as = at, how
    db.session.flush()


def correct(context: StepContext) -> None:
    """*Classify* names a company, or another one before anything went out; the record says which took whose place."""
    wanted = context.values.get("company")
    if wanted is None or int(wanted) == context.case.company_id:
        return
    context.facts |= {"company": int(wanted), "company_before": context.case.company_id}
    context.respondent_changed = context.case.company_id is not None
    name(context.case, int(wanted), context.at)
    pauses.go_on(context.case, context.at)  # what she was asked to read was for the other company


# --- the wrong company had it -----------------------------------------------------------------------------


def something_went_out(context: StepContext) -> Answer:
    if context.case.handovers:
        return None
    return _l("Nothing went to a company in this case: name the right company with Classify.")


def not_remedied(context: StepContext) -> Answer:
    if context.case.state != State.REMEDIED:
        return None
    return _l("The case is remedied. Reopen it first, then change the company.")


@of_answers
def another_company(context: StepContext) -> Answer:
    if context.values.get("company") == str(context.case.company_id):
        return _l("This company is the respondent already. Choose the right one.")
    contested = deadlines.is_open(context.case, Deadline.CONTEST_DECISION)
    if context.values and not context.values.get("company") and not contested:
        return _l("Choose the right company.")
    return None


@of_answers
def is_told(context: StepContext) -> Answer:
    """A company that was handed the case is asked to destroy its copies."""
    if not context.values or context.values.get("told") or not context.case.with_company:
        return None
    return _l("Write what the earlier company reads.")


@of_answers
def nothing_went_out(context: StepContext) -> Answer:
    """For *classify*: once a company read the case, two people change it, and the complainant is told."""
    wanted, case = context.values.get("company"), context.case
    if wanted is None or not case.handovers or case.company_id is None or wanted == str(case.company_id):
        return None  # a company that was wrong has gone, and nobody has the case
    return _l(
        "Something of this case went to a company already, so that Classify does not change it."
        " Take the step Change the company: the old one loses the case, and the complainant is asked anew."
    )


def change(context: StepContext) -> None:
    """The old company loses the case, and nothing of it counts against it; the complainant is told what it read. To
    the new one goes nothing: her consent and her safety are asked anew, and its keys will have a number of their own.
    Where the old one was right to say that it is not its own, and nobody knows whose it is, *Classify* names the next.
    """
    case, old, right = context.case, context.case.respondent, context.values.get("company")
    if old is None or case.company is None:
        raise LookupError("a company that was handed a case is its respondent")
    _tell_her(context, old, case.company)
    if case.with_company:
        _last_letter(context, old)
        context.facts["respondent"] = old.n
    _end_access(case)
    own_words.forget(case.id, old.company_id)
    context.facts["company_before"] = old.company_id
    if right:
        context.facts["company"] = int(right)
        name(case, int(right), context.at, Ended.WRONG_COMPANY)
    else:
        end(case, old, context.at, Ended.WRONG_COMPANY)
        _point_to(case, None)
    case.handovers += 1  # what is written from now on is under a key that no company ever had
    case.handed_before, case.referred_back, case.mediation = case.handovers, 0, {}
    for consent in ("share_account", "share_identity"):
        setattr(case, consent, False)
        context.facts[consent] = False
    delicate.ask_anew(context)
    case.escalation_unseen = False  # it was kept from the company that is gone
    context.respondent_changed = True
    safety.raise_anew(context)


def _end_access(case: Case) -> None:
    epochs.take_from_companies(case)
    for table in (CompanyEnvelope, IdentityShare):
        for row in db.session.scalars(select(table).where(table.case_id == case.id)).all():
            db.session.delete(row)
    db.session.flush()


def _last_letter(context: StepContext, old: Respondent) -> None:
    """To the company's own key: it holds none of the case's any more, and must still read what is asked of it."""
    key = company_key(old.company_id)
    old.notice, old.notice_commit = seal_committed(
        key.public_key, str(context.values["told"]).encode(), envelope_place("notice", old.case_id, old.n)
    )
    old.notice_key_id = key.key_id


def _tell_her(context: StepContext, old: Respondent, company: Company) -> None:
    """In her language: a letter cannot ask the record anew when she reads it."""
    with speaking(context.case.language):
        said = "\n".join(str(one) for one in _what_it_read(context.case, old, company))
    context.seal(Compartment.CORRESPONDENCE, "change_respondent", {"had_read": said})


def _what_it_read(case: Case, old: Respondent, company: Company) -> Iterator[str]:
    """Which packets, what else it learned, and whether anybody there is known to have looked."""
    if not case.with_company:
        yield _("Nothing of your complaint went to %(company)s.", company=company.name)
        return
    known = _since(case, old)
    for at, kind, facts in known:
        day = days.full_date(clock.office_day(at))
        if "packet" in facts:
            yield _(
                "On %(date)s we gave %(company)s the packet about your complaint. You can read it on this page.",
                date=day, company=company.name,
            )  # fmt: skip
        elif kind == "share_identity":
            yield _("On %(date)s it was told who you are, as you had agreed.", date=day)
        elif kind == "share_file":
            yield _("On %(date)s it was given a file.", date=day)
    yield _opened(case, known)
    yield _("It could also read every message and answer that was written here for it to read.")


def _opened(case: Case, known: list[tuple[datetime, str, dict[str, Any]]]) -> str:
    taken = next((at for at, kind, _facts in known if kind in TAKEN), None)
    if taken is None and case.company_has_looked:
        return str(_("Somebody there had opened it."))
    if taken is None:
        return str(_("We do not know whether anybody there opened it."))
    on = days.full_date(clock.office_day(taken))
    return str(_("Somebody there had opened it by %(date)s.", date=on))


def _since(case: Case, old: Respondent) -> list[tuple[datetime, str, dict[str, Any]]]:
    """What happened while this company was the respondent."""
    query = select(Event.happened_at, Event.kind, Event.facts).where(Event.chain == case.id)
    rows = db.session.execute(query.where(Event.recorded_at >= old.named_at).order_by(Event.seq))
    return [(at, kind, json.loads(facts)) for at, kind, facts in rows]


def unconfirmed(case: Case) -> list[Respondent]:
    """The companies that lost this case and still have to say that their copies are destroyed, the first one first."""
    asked = select(Respondent).where(Respondent.case_id == case.id, Respondent.notice.is_not(None))
    return list(db.session.scalars(asked.where(Respondent.confirmed_at.is_(None)).order_by(Respondent.n)))


def copies_are_not_destroyed(context: StepContext) -> Answer:
    if context.case.handed_before and unconfirmed(context.case):
        return None
    return _l("No earlier company of this case still has to destroy its copies.")


@of_answers
def says_which_company(context: StepContext) -> Answer:
    """What one company said of its copies says nothing of another's."""
    if not context.values or context.values.get("respondent") or len(unconfirmed(context.case)) == 1:
        return None
    return _l("More than one earlier company had this case. Choose the one that destroyed its copies.")


def note_destruction(context: StepContext) -> None:
    """For a company of which nobody can sign in any more, or that said it in a letter."""
    chosen = context.values.get("respondent")
    one = next(one for one in unconfirmed(context.case) if chosen in (None, str(one.n)))
    one.confirmed_at = context.at
    context.facts["respondent"] = one.n
