"""What each attacker of the table carries away."""

from collections.abc import Callable
from types import SimpleNamespace

from grievance.demonstration import PASSWORD, email_of
from tests.attacks.opener import Loot

Office = SimpleNamespace


def _database(office: Office) -> Loot:
    return Loot([office.past.copies["now"]])


def _at_rest(office: Office) -> Loot:
    """With the server keys."""
    return Loot([office.past.copies["now"]], peppers=office.secrets.peppers, server_keys=office.secrets.server)


def _with_passwords(*names: str, old: bool = False) -> Callable[[Office], Loot]:
    def loot(office: Office) -> Loot:
        found = _at_rest(office)
        found.copies = [office.past.copies["old"], *found.copies] if old else found.copies
        found.passwords = [(email_of(name), PASSWORD) for name in names]
        found.staff_peppers = office.secrets.staff_peppers  # they sign in at the page, which has them
        return found

    return loot


def _with_receipts(*names: str) -> Callable[[Office], Loot]:
    def loot(office: Office) -> Loot:
        found = _at_rest(office)
        found.copies = [office.past.copies["old"], *found.copies]
        found.receipts = [office.past.receipts[name] for name in names]
        return found

    return loot


LOOT: dict[str, Callable[[Office], Loot]] = {
    "database": _database,
    "keys": _at_rest,
    "officer": _with_passwords("Noor"),
    "approver": _with_passwords("Tomas"),
    "custodian": _with_passwords("Ines"),
    "two": _with_passwords("Noor", "Ines"),
    "company": _with_passwords("Victor"),
    "once": _database,
    "year": _database,
    "host": _at_rest,
    "former_approver": _with_passwords("Petra", old=True),
    "former_officer": _with_passwords("Otto", old=True),
    "former_custodian": _with_passwords("Iris", old=True),
    "former_company": _with_passwords("Vera", old=True),
    "backup": _database,
    "form": _at_rest,
    "follow": _at_rest,
    "worker": _at_rest,
    "receipt": _with_receipts("a"),
    "old_receipt": _with_receipts("r", "f friend"),
    "before": _with_passwords("Victor"),
    "during": _with_passwords("Victor"),
    "recalled": _with_passwords("Victor", old=True),
    "wrong": _with_passwords("Victor", old=True),
}
