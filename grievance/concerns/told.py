"""Who is told by mail that something of a concern waits for them: never what. Owed in the transaction of the step, and
sent by the worker (`notify.concern_mail`)."""

from collections.abc import Collection
from datetime import datetime

from flask import current_app
from sqlalchemy import select

from grievance.extensions import db
from grievance.models.case import Conflict
from grievance.models.concern import Concern, ConcernMail
from grievance.models.people import SECRETARIAT_ROLES, Account, AccountStatus, Party, Role
from grievance.record import chain


def owe(concern: Concern, roles: Collection[Role], now: datetime, knows: Collection[int | None] = ()) -> None:
    """To everybody of these roles who is here now and may know of the concern, but those of `knows`, who did it
    themselves. Part of the caller's unit of work."""
    owe_to(set(_here(concern, roles)) - set(knows), now)


def owe_to(people: Collection[int], now: datetime) -> None:
    if people:
        db.session.add(ConcernMail(id=chain.new_id(), to_mail=sorted(people), mail_at=now))


def _here(concern: Concern, roles: Collection[Role]) -> list[int]:
    """As `seen.by` says: of the company its own people; of the office nobody who must not see the case behind it."""
    office = SECRETARIAT_ROLES & set(roles)
    if office and current_app.config["ALLOW_SOLO"]:
        office = SECRETARIAT_ROLES
    theirs = Account.role.in_({Role.COMPANY} & set(roles)) & (Party.company_id == concern.company_id)
    query = select(Account.id).join(Party, Party.id == Account.party_id)
    query = query.where(Account.role.in_(office) | theirs, Account.status == AccountStatus.ACTIVE)
    if concern.case_id:
        query = query.where(Account.id.not_in(select(Conflict.account_id).where(Conflict.case_id == concern.case_id)))
    return list(db.session.scalars(query))
