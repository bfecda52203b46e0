"""The dossier of a company: what the office knows of it on one page, without anybody's identity."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from grievance.access import OF_SOMEBODY, Person, visible
from grievance.concerns import monitoring, seen
from grievance.concerns.monitoring import Entry
from grievance.extensions import Label, db
from grievance.models.case import Case
from grievance.models.concern import Concern, ConcernItem, Thing
from grievance.reports import members
from grievance.reports.concerns import STANDS, Line, listed, name_of
from grievance.reports.members import Profile


@dataclass(frozen=True)
class Dossier:
    """`cases`: how many stand in each state, of those that whoever asks may see. `measures`: (its concern, which, where
    it stands, the item), the newest first. `looked`: visits, audits and self-assessments, the newest first."""

    profile: Profile
    cases: Mapping[str, int]
    concerns: list[Line]
    measures: list[tuple[str, Label, Label, ConcernItem]]
    looked: list[Entry]


def of(person: Person, company_id: int) -> Dossier:
    """Raises `NoSuchCompany`."""
    profile = members.profile(company_id)
    cases = visible(person).where(OF_SOMEBODY, Case.company_id == company_id)
    counted = cases.with_only_columns(Case.state, func.count()).group_by(Case.state)
    taken = select(ConcernItem).join(Concern, Concern.id == ConcernItem.concern_id).where(
        seen.by(person), ConcernItem.company_id == company_id, ConcernItem.thing == Thing.MEASURE
    )  # fmt: skip
    items = db.session.scalars(taken.order_by(ConcernItem.since.desc()))
    measures = [(one.concern_id, name_of(one), STANDS[one.state], one) for one in items]
    states = {state.value: number for state, number in db.session.execute(counted)}
    return Dossier(profile, states, listed(person, company_id=company_id), measures, monitoring.of(person, company_id))
