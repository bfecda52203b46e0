"""What must be true before a step of a concern: each answers None, or a sentence that says what is missing."""

from datetime import date

from flask import current_app
from sqlalchemy import exists, select

from grievance import clock
from grievance.concerns import limits
from grievance.concerns.row import Context
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Case
from grievance.models.concern import Concern, ConcernItem, ConcernProposal, ConcernWords, Source, Stands
from grievance.models.people import Account, AccountStatus, Company, Party

Answer = Label | None
DONE = (Stands.VERIFIED, Stands.UNMET, Stands.WITHDRAWN, Stands.NOT_TAKEN, Stands.ENDED)
"""Of an action or a measure: nothing of it waits any more."""
WAITS = (Stands.ASKED, Stands.REPORTED, Stands.HEARING, Stands.HEARD, Stands.APPEALED)


def is_open(context: Context) -> Answer:
    return None if context.concern.state == Stands.OPEN else _l("This concern is closed.")


def may_ask(context: Context) -> Answer:
    """Never a way round her consent: what nobody agreed to tell a company is asked of it by no other name."""
    concern = context.concern
    if concern.may_ask and not _was_taken_back(concern):
        return None
    return _l("This rests on complaints alone, and nobody said right to words for the company. Add a source that is no"
              " complaint first.")  # fmt: skip


def _was_taken_back(concern: Concern) -> bool:
    """Whether it rests on her words alone, and she does not share her account any more."""
    if concern.source != Source.CASE or has_another_source(concern):
        return False
    return not db.session.scalar(select(Case.share_account).where(Case.id == concern.case_id))


def has_another_source(concern: Concern) -> bool:
    """Whether a source that is no complaint was written to it."""
    query = select(ConcernWords.id).where(ConcernWords.concern_id == concern.id, ConcernWords.step == "add_source")
    return db.session.scalars(query).first() is not None


def company_reads(context: Context) -> Answer:
    """What is asked of nobody is answered by nobody, and its time would run."""
    party = db.session.scalars(select(Party).where(Party.company_id == context.concern.company_id)).one_or_none()
    if party is None or party.public_key is None or not _anybody(party):
        return _l("Nobody of the company could read it: first invite a person of the company, who is admitted.")
    if party.unconfirmed_since:
        return _l("Nobody has confirmed the key of this company yet. An approver calls the company and types its"
                  " fingerprint, at People.")  # fmt: skip
    return None


def _anybody(party: Party) -> bool:
    living = exists().where(Account.party_id == party.id, Account.status == AccountStatus.ACTIVE)
    return bool(db.session.scalar(select(living)))


def calendar_is_confirmed(context: Context) -> Answer:
    if db.session.get_one(Company, context.concern.company_id).calendar_confirmed_at:
        return None
    return _l("Nobody has confirmed the calendar of this company: its country, time zone and weekend. An approver does"
              " that under Administration, Calendars to confirm.")  # fmt: skip


def day_is_to_come(context: Context) -> Answer:
    """Later than today where it is owed."""
    said = context.values.get("due_on")
    zone = db.session.get_one(Company, context.concern.company_id).zone
    if said is None or date.fromisoformat(said) > clock.day(context.now, zone):
        return None
    return _l("Choose a day that is to come.")


def nothing_waits(context: Context) -> Answer:
    query = select(ConcernItem.state).where(ConcernItem.concern_id == context.concern.id)
    if set(db.session.scalars(query)) & set(WAITS):
        return _l("Something of it waits: an action that is not verified, or a measure that is not decided.")
    return None


def nothing_else_proposed(context: Context) -> Answer:
    """Of the same thing: two decisions would cross."""
    query = select(ConcernProposal.id).where(
        ConcernProposal.concern_id == context.concern.id, ConcernProposal.decided_at.is_(None),
        ConcernProposal.item_id == (context.item.id if context.item else None),
    )  # fmt: skip
    waits = context.item is not None and db.session.scalars(query).first()
    return _l("Something about it waits for an approver already.") if waits else None


def was_missed(context: Context) -> Answer:
    """As long as its day is to come an action that nobody reported is not found wanting."""
    if context.item is None or context.item.state == Stands.REPORTED:
        return None
    limit = limits.owed(context.item, limits.ACTION)
    return None if limit and limit.missed_at else _l("The company still has time.")


def another_proposed_it(context: Context) -> Answer:
    """Who proposed a measure does not write down what the Board decided of it."""
    if (
        context.item is None
        or context.item.proposed_by != context.person.account_id
        or current_app.config["ALLOW_SOLO"]
    ):
        return None
    return _l("You proposed this measure: another approver records the decision.")


def another_decided_it(context: Context) -> Answer:
    if context.item is None or context.item.decided_by != context.person.account_id or current_app.config["ALLOW_SOLO"]:
        return None
    return _l("You recorded the decision: another approver records what became of the appeal.")


def may_still_appeal(context: Context) -> Answer:
    limit = limits.owed(context.item, limits.APPEAL) if context.item else None
    return None if limit and not limit.missed_at else _l("The time to appeal is over.")


def company_was_told(context: Context) -> Answer:
    """A company learns of a concern by what it is asked, and not by a letter that asks for nothing."""
    told = exists().where(ConcernItem.concern_id == context.concern.id)
    if db.session.scalar(select(told)):
        return None
    return _l("The company knows nothing of this concern yet: first ask for a corrective action.")
