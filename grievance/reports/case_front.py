"""What an officer reads first on the page of a case: where and when it happened, the account, and the last exchange.
Everything else that was written stands below, in the story. Made from what the page has opened already."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from grievance.extensions import Label
from grievance.reports.alongside import last_exchange
from grievance.reports.answer_view import label_of
from grievance.reports.casefile import Opened
from grievance.reports.packet import FILED

PLACE = ("where", "when")
"""The questions of the form whose answers stand above the account."""


@dataclass(frozen=True)
class Front:
    """`place`: (question, answer) pairs. `account`: None where nothing of it can be read. `exchange`: the last word
    from outside and the office's last one, the newest first. `story`: all other writings, the newest first. No writing
    stands in two of them."""

    place: list[tuple[Label, Any]]
    account: Opened | None
    exchange: list[Opened]
    story: list[Opened]


def front(writings: Sequence[Opened], elsewhere: Collection[str] = ()) -> Front:
    """`writings`: of one case, the newest first; translations stand with their text and are left out, and so are
    those of the steps `elsewhere`, which have cards of their own."""
    told = [one for one in writings if not one.translates and one.step not in elsewhere]
    account = next((one for one in reversed(told) if one.step in FILED), None)
    exchange = last_exchange([one for one in reversed(told) if one is not account])
    shown = [id(one) for one in (account, *exchange)]
    story = [one for one in told if id(one) not in shown]
    return Front(_place(account), _without_place(account), exchange, story)


def _places(account: Opened) -> list[bool]:
    """Of each answer of the account whether it says where or when."""
    asked = [label_of(account.step, name) for name in PLACE]
    return [question in asked for question, _answer in account.fields]


def _place(account: Opened | None) -> list[tuple[Label, Any]]:
    if account is None:
        return []
    return [pair for pair, of_place in zip(account.fields, _places(account), strict=True) if of_place]


def _without_place(account: Opened | None) -> Opened | None:
    """The languages are those of the answers, in their order."""
    if account is None:
        return None
    stays = [at for at, of_place in enumerate(_places(account)) if not of_place]
    langs = [account.langs[at] for at in stays] if account.langs else []
    return replace(account, fields=[account.fields[at] for at in stays], langs=langs)
