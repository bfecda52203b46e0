"""Proposals as the office reads them: who proposed what, and when."""

from dataclasses import dataclass
from datetime import datetime

from grievance.extensions import db
from grievance.models.people import Account
from grievance.models.writing import Decision


@dataclass(frozen=True)
class Proposer:
    """`name`: empty where it is the complainant's own, with a receipt that was replaced a short time ago."""

    name: str
    at: datetime


def proposer_of(decision: Decision) -> Proposer:
    account = db.session.get(Account, decision.proposed_by) if decision.proposed_by else None
    return Proposer(account.name if account else "", decision.proposed_at)
