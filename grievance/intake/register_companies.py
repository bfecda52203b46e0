"""The companies that an old register names: one that is known, or a new one, which the public does not see until an
officer has confirmed it. Capitals and blanks make no other company."""

from collections.abc import Iterable

from sqlalchemy import select

from grievance.accounts.people import enter_company
from grievance.extensions import db
from grievance.intake.register_names import folded, name_key
from grievance.models.people import Company, Membership
from grievance.models.register import Found, RegisterName


class Names:
    """What is known of names when an import begins, and what it adds."""

    def __init__(self) -> None:
        rows = db.session.scalars(select(RegisterName)).all()
        self._merged = {one.company_id: one.same_as_id for one in rows if one.found == Found.MERGED}
        gone = {one.company_id for one in rows if one.found in (Found.NOBODY, Found.UNDONE)}
        self._nobody = {one.key for one in rows if one.key}
        self._by_name: dict[str, int] = {}
        self._confirmed: dict[int, bool] = {}
        for number, name, calendar in db.session.execute(
            select(Company.id, Company.name, Company.calendar_confirmed_at).order_by(Company.id)
        ):
            if number not in gone:
                self._by_name.setdefault(folded(name), number)
                self._confirmed[number] = calendar is not None

    def numbers(self, names: Iterable[str]) -> list[int]:
        """The companies of one case, each once. Part of the import's transaction."""
        found = [self._number(name) for name in names if name_key(name) not in self._nobody]
        return list(dict.fromkeys(found))

    def _number(self, name: str) -> int:
        known = self._by_name.get(folded(name))
        if known is None:
            known = self._enter(name)
            self._by_name[folded(name)] = known
        while other := self._merged.get(known):
            known = other
        return known

    def _enter(self, name: str) -> int:
        company = Company(name=name, membership=Membership.UNCONFIRMED, country="*", zone="UTC", weekend=[5, 6])
        enter_company(company)
        self._confirmed[company.id] = False
        return company.id

    def has_a_calendar(self, number: int) -> bool:
        """Whether two people have seen to by whose days its time runs."""
        return self._confirmed[number]
