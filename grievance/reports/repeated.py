"""What comes again at a company: the same topic in several complaints of a year. It proposes and decides nothing."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from grievance import clock
from grievance.access import OF_SOMEBODY, Person, visible
from grievance.extensions import Label, db
from grievance.forms.choices import TOPICS
from grievance.models.case import Case
from grievance.models.concern import Concern, Of, Source, Stands
from grievance.models.people import Company

FEWEST = 3
WITHIN = timedelta(days=365)
MOST = 20


@dataclass(frozen=True)
class Repeated:
    """`number` of complaints that this person may see, of one topic, about one company, in a year."""

    company_id: int
    company: str
    topic: Label
    number: int
    kind: Of


def found(person: Person) -> list[Repeated]:
    """The most first; nothing of a company whose figures gave rise to a concern that is open."""
    looked_at = select(Concern.company_id).where(Concern.source == Source.FIGURES, Concern.state == Stands.OPEN)
    cases = visible(person).where(
        OF_SOMEBODY, Case.received_at >= clock.now() - WITHIN, Case.company_id.is_not(None),
        Case.company_id.not_in(looked_at), Case.erased_at.is_(None),
    )  # fmt: skip
    counted = Counter[tuple[int, str]]()
    for company_id, topics in db.session.execute(cases.with_only_columns(Case.company_id, Case.topics)):
        counted.update((company_id, topic) for topic in topics)
    often = [(pair, number) for pair, number in counted.most_common() if number >= FEWEST][:MOST]
    names = _names([company_id for (company_id, _topic), _number in often])
    titles = dict(TOPICS)
    return [Repeated(company_id, names[company_id], titles.get(topic, topic), number, Of.GOVERNANCE)
            for (company_id, topic), number in often]  # fmt: skip


def _names(companies: list[int]) -> dict[int, str]:
    rows = db.session.execute(select(Company.id, Company.name).where(Company.id.in_(companies)))
    return {row.id: row.name for row in rows}
