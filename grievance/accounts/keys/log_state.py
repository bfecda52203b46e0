"""What the key log says of accounts and parties, and one entry of it with all that was so before."""

import base64
import json
from collections.abc import Mapping
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from grievance.crypto import signing
from grievance.models.people import PartyKind

INVITED, WAITING, ACTIVE, LEFT = "invited", "waiting", "active", "left"
Concerned = tuple[str, int]
"""Whom a fault stops: ("party", its number), ("account", its number), or ("paper", the number of its party)."""


@dataclass(frozen=True)
class OfAccount:
    """What the log says of an account. `key`: SHA-256 of the public key; `sign_key`: the verifying key itself.
    `confirmed`: a member who may sign for others let them in, or they signed with the party's key. `old`: its key was
    made before keys were logged."""

    key: str = ""
    sign_key: bytes | None = field(default=None, repr=False)
    party_id: int | None = None
    standing: str = INVITED
    confirmed: bool = False
    role: str = ""
    old: bool = False

    @property
    def from_before(self) -> bool:
        """Its key was made before keys were logged, and nobody has signed for it yet."""
        return self.old and not self.key and self.standing in (WAITING, ACTIVE)


@dataclass(frozen=True)
class Held:
    """The verifying key with which an account was in, and as what, until an entry said otherwise: what it signed till
    then stays signed, and what it signs later is nobody's. `until` is None while it is so."""

    sign_key: bytes = field(repr=False)
    role: str
    party_id: int | None
    until: datetime | None = None

    def then(self, at: datetime) -> bool:
        return self.until is None or at <= self.until


@dataclass(frozen=True)
class Hook:
    """A webhook of a company. `of`: SHA-256 of where it is and of what is sealed there; `former`: as it was before its
    last secret."""

    party_id: int
    of: str
    former: str = ""
    ended: bool = False


@dataclass(frozen=True)
class PhoneKey:
    """A key to which phones seal forms. `of`: SHA-256 of its public half; `decided`: confirmed, or refused."""

    of: str
    proposed_by: int
    decided: bool = False


@dataclass(frozen=True)
class OfParty:
    """What the log says of a party. `generation`: how many rotations of its key were begun. A company's key that is
    not `confirmed` is nobody's yet: no approver has typed its fingerprint. `stated`: it is from
    before keys were logged, and only one of its own people has said which it is."""

    key: str = ""
    sign_key: bytes | None = field(default=None, repr=False)
    confirmed: bool = False
    generation: int = 0
    kind: str = ""
    company_id: int | None = None
    stated: bool = False

    @property
    def from_before(self) -> bool:
        return self.sign_key is None


@dataclass
class State:
    """What all entries so far make so. `before`: identifiers (16 digits) of the parties' keys that the record named
    before keys were logged; `kinds`: of which kinds there were parties with a key then; `unnamed`: it may not have
    named all of them. `last`: sequence and hash of the last entry, which is what is pinned: other events of the
    office's chain say nothing about keys. `pinned`: keys of parties in full, as this machine saw them; what follows
    entry `pinned_at` must fit them. `begun`: what waits for a second account, `proposed`: which changes wait for one;
    `since`: with which entry an account was let in last; `heard`: whose key somebody of the office's other party heard
    read out; `first_to_hear`, `heard_twice`, `inviter`: whose hand let an account in, and whether another one has heard
    it too (`log_hands`). `former`: verifying keys that an account changed itself, and until when they were its own.
    `tokens`: by account the tokens of companies that it made, by their names, each with its own verifying key;
    `webhooks`: those of companies, by their names. `phone_keys`: to which phones seal, by their names; `phone_key`: the
    last that was confirmed. `ever`: with which verifying keys an account was in, and when, those
    from before a forgotten password too. `worker`, `intakes`: the keys of processes that the record names; `own`: this
    process's; `process_signs`: they sign what nobody's own keys sign; `confirmed`: by the office's settings, SHA-256 of
    keys of its worker."""

    parties: dict[int, OfParty] = field(default_factory=dict)
    accounts: dict[int, OfAccount] = field(default_factory=dict)
    ever: dict[int, tuple[Held, ...]] = field(default_factory=dict)
    tokens: dict[int, Mapping[str, Held]] = field(default_factory=dict)
    webhooks: dict[str, Hook] = field(default_factory=dict)
    phone_keys: dict[str, PhoneKey] = field(default_factory=dict)
    phone_key: str = ""
    former: dict[int, tuple[tuple[bytes, datetime], ...]] = field(default_factory=dict)
    papers: dict[int, str] = field(default_factory=dict)
    paper_key: str = ""
    escrowed: dict[int, frozenset[str]] = field(default_factory=dict)
    begun: dict[int, Any] = field(default_factory=dict)
    proposed: dict[tuple[int, str], Any] = field(default_factory=dict)
    since: dict[int, int] = field(default_factory=dict)
    heard: dict[int, str] = field(default_factory=dict)
    first_to_hear: dict[int, int] = field(default_factory=dict)
    heard_twice: set[int] = field(default_factory=set)
    inviter: dict[int, int | None] = field(default_factory=dict)
    worker: bytes | None = None
    intakes: set[bytes] = field(default_factory=set)
    process_signs: bool = False
    own: frozenset[bytes] = frozenset()
    confirmed: frozenset[str] = frozenset()
    public: dict[str, bytes] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)
    before: set[str] = field(default_factory=set)
    unnamed: bool = False
    signed: bool = False
    last: tuple[int, str] = (0, "")
    pinned: dict[int, str] = field(default_factory=dict)
    pinned_at: int = 0
    faults: list[str] = field(default_factory=list)
    stopped: set[Concerned] = field(default_factory=set)

    def copy(self) -> "State":
        return State(**{one.name: copy(getattr(self, one.name)) for one in fields(self)})


@dataclass(frozen=True)
class Signed:
    """One row of `signatures`."""

    signer: str
    signer_id: str
    signature: bytes = field(repr=False)


@dataclass(frozen=True)
class Moment:
    """One entry, with all that was so before it."""

    state: State
    seq: int
    kind: str
    role: str
    actor_id: int | None
    at: datetime
    hash: str
    facts: Mapping[str, Any]
    signatures: tuple[Signed, ...] = ()

    def number(self, name: str) -> int:
        """The account or the party that the facts name; -1 is nobody's."""
        value = self.facts.get(name)
        return value if isinstance(value, int) else -1

    def text(self, name: str) -> str:
        value = self.facts.get(name)
        return value if isinstance(value, str) else ""

    def verifying(self, name: str) -> bytes | None:
        """The verifying key whose SHA-256 stands in the facts."""
        return self.state.public.get(self.text(name))

    @property
    def account(self) -> OfAccount:
        return self.state.accounts.get(self.number("account"), OfAccount(standing=""))

    @property
    def actor(self) -> OfAccount:
        return self.state.accounts.get(self.actor_id or -1, OfAccount(standing=""))

    @property
    def party(self) -> OfParty | None:
        return self.state.parties.get(self.number("party"))

    def keeps(self, account: OfAccount) -> str:
        number = self.number("account")
        if account.standing == ACTIVE and self.account.standing != ACTIVE:
            self.state.since[number] = self.seq
        self.state.accounts[number] = account
        held = self.state.ever.get(number, ())
        now = _held(account)
        if held and held[-1].until is None:
            if now == held[-1]:
                return ""
            held = (*held[:-1], replace(held[-1], until=self.at))
            self.ends_tokens(number)
        self.state.ever[number] = (*held, now) if now else held
        return ""

    def ends_tokens(self, number: int) -> None:
        """Of an account that is not any more, or not with the same key, what it was when it made them."""
        theirs = self.state.tokens.get(number, {})
        ended = {name: one if one.until else replace(one, until=self.at) for name, one in theirs.items()}
        self.state.tokens.update({number: ended} if ended else {})

    def hands_half(self, role: str) -> str:
        """Somebody of this role handed their half of a company's key to the account."""
        number = self.number("account")
        self.state.escrowed[number] = self.state.escrowed.get(number, frozenset()) | {role}
        return ""


def _held(account: OfAccount) -> Held | None:
    if account.standing != ACTIVE or not account.confirmed or account.sign_key is None:
        return None
    return Held(account.sign_key, account.role, account.party_id)


# --- what an entry states ----------------------------------------------------------------------------------


def stated_account(number: int, key: bytes, sign_key: bytes | None, party_id: int) -> dict[str, Any]:
    """An account and its keys, as facts name them."""
    facts = {"account": number, "key": signing.digest(key), "party": party_id}
    return {**facts, "sign_key": signing.digest(sign_key) if sign_key else ""}


def stated_party(number: int, kind: PartyKind, company_id: int | None, key: bytes, sign_key: bytes) -> dict[str, Any]:
    """A party, whose it is, and the key that an entry makes, or makes known."""
    keys = {"new_party_key": signing.digest(key), "new_party_sign_key": signing.digest(sign_key)}
    return {"party": number, "kind": kind.value, "company": company_id, **keys}


def brought(*sign_keys: bytes) -> dict[str, list[str]]:
    """The verifying keys that are new to the log, whole: who reads it needs nothing else to check it."""
    return {"public": [base64.b64encode(key).decode() for key in sign_keys]}


def facts_of(text: str) -> Mapping[str, Any]:
    """What an event says; nothing where somebody wrote something else there."""
    with suppress(ValueError):
        found = json.loads(text)
        return found if isinstance(found, dict) else {}
    return {}
