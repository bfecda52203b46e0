"""How many incidents a number of complaints tells of. Each complaint is one person's; what makes several one incident
is that an officer said so, or that one spokesperson filed them together. Nothing is opened for it.

Of now: read from the rows as they are, not replayed from the record. What is said, taken back or erased later changes
it, so that it is no figure as of an earlier day (decision 75)."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select

from grievance.extensions import db
from grievance.models.group import SpokenFor
from grievance.models.incident import Alleged, Incident, StandsIn


def how_many(case_ids: Collection[str]) -> int:
    """Complaints of which nothing was said are an incident each; one that stands in two counts for both."""
    lead_of = dict(db.session.execute(select(SpokenFor.case_id, SpokenFor.lead_id)).all())
    groups = defaultdict[str, set[str]](set)
    for case_id in case_ids:
        groups[lead_of.get(case_id, case_id)].add(case_id)
    said = _said()
    found = set[str]()
    for lead, members in groups.items():
        named = set().union(*(said.get(one, set()) for one in {lead, *members}))
        found |= named or {lead}
    return len(found)


def _said() -> dict[str, set[str]]:
    """By case, the incidents in which it stands now; no site and no unit is one."""
    query = select(StandsIn.case_id, Incident.id).join(Incident, Incident.id == StandsIn.incident_id)
    rows = db.session.execute(
        query.where(StandsIn.same, StandsIn.ended_at.is_(None), Incident.kind == Alleged.INCIDENT)
    )
    found = defaultdict[str, set[str]](set)
    for case_id, incident_id in rows:
        found[case_id].add(incident_id)
    return found
