"""Identity: written with public keys alone, opened by two people, and each opening told to the complainant.

An entry is its writer's own: the complainant's, or the representative's. One that was stored before this was recorded
is "unrecorded", and is never taken for anybody's.

Each entry's key is split in two halves. An officer asks; a custodian seals the custodians' half to that officer's
own key. Only that officer then has both halves, for a day (file 3, "Identity: two people").
"""

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, delete, select

from grievance.access import Person
from grievance.accounts import hands, who_could
from grievance.accounts.keys import log
from grievance.accounts.keys.identity_places import answer_place, disclosure_place, half_place, words_place
from grievance.accounts.keys.party_keys import OfficeKeys, company_key, office_keys, party_key
from grievance.accounts.own_key import grant_place
from grievance.crypto import envelopes
from grievance.crypto.committed import open_committed, seal_committed
from grievance.crypto.sealing import open_sealed, place, seal
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import BadInput, Refused
from grievance.models.case import Case
from grievance.models.desk import NewMark
from grievance.models.keys import OPEN_FOR as OPEN_FOR
from grievance.models.keys import IdentityEntry, IdentityGrant, IdentityRequest, IdentityShare
from grievance.models.people import Account, AccountStatus, PartyKind, Role
from grievance.workflow.conditions import Answer, of_answers
from grievance.workflow.context import StepContext

IDENTITY = ("name", "phone", "email", "address")
REACH = "reach"
"""How to call safely. It is kept with the number, in the lines beneath it: nobody who dials has not read it, and a new
number never goes with what was safe for another."""
ASKED = (*IDENTITY, REACH)
COMPLAINANT, REPRESENTATIVE, UNRECORDED = Role.COMPLAINANT.value, Role.REPRESENTATIVE.value, "unrecorded"


# --- writing -----------------------------------------------------------------------------------------------


def seal_entry(
    case: Case, whose: str, kind: str, text: str, now: datetime, office: OfficeKeys | None = None
) -> IdentityEntry:
    """A random key of its own, split in two: one half to each party. No single person can open it (promise 5).
    `office`: the parties' keys, where this unit of work found them sound already."""
    entry_id, key = secrets.token_hex(16), secrets.token_bytes(32)
    one, other = envelopes.split(key)
    office = office or office_keys()
    secretariat, custodians = office[PartyKind.SECRETARIAT], office[PartyKind.CUSTODIANS]
    entry = IdentityEntry(
        id=entry_id,
        case_id=case.id,
        person=whose,
        whose=whose,
        kind=kind,
        sealed=seal(key, text.encode(), place("identity", case.id, entry_id)),
        secretariat_key_id=secretariat.key_id,
        secretariat_half=envelopes.seal_to(secretariat.public_key, one, half_place("secretariat", entry_id)),
        custodians_key_id=custodians.key_id,
        custodians_half=envelopes.seal_to(custodians.public_key, other, half_place("custodians", entry_id)),
        created_at=now,
    )
    db.session.add(entry)
    return entry


def entry_texts(values: Mapping[str, Any]) -> dict[str, str]:
    """By kind, what is sealed of these answers."""
    said = {kind: str(values[kind]) for kind in IDENTITY if values.get(kind)}
    if values.get(REACH) and "phone" in said:
        said["phone"] += f"\n{values[REACH]}"
    return said


def number_alone(kind: str, text: str) -> str:
    """What a company is told of an entry: of how to call safely nothing."""
    return text.partition("\n")[0] if kind == "phone" else text


NUMBER_IS_MISSING = _l("Write the number, too: how to call safely is kept with it.")


@of_answers
def reach_has_a_number(context: StepContext) -> Answer:
    return NUMBER_IS_MISSING if context.values.get(REACH) and not context.values.get("phone") else None


def correct(context: StepContext) -> None:
    """Who writes it writes of themselves, whatever the case's form said: a friend with the second receipt too. What was
    there before stays, and is never read back to them."""
    whose = _writer(context)
    for kind, text in entry_texts(context.values).items():
        seal_entry(context.case, whose, kind, text, context.now)
    context.facts |= {"written": [kind for kind in IDENTITY if kind in context.values], "whose": whose}


def _writer(context: StepContext) -> str:
    """Where an officer writes it down, the one whom they name."""
    if context.recorded:
        return str(context.values["whose"])
    return REPRESENTATIVE if context.person.role == Role.REPRESENTATIVE else COMPLAINANT


# --- what there is -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """One entry. `superseded`: there is a newer one of the same person and kind, which nobody can say of an unrecorded
    one. `text`: only where it was opened."""

    id: str
    whose: str
    kind: str
    at: datetime
    superseded: bool
    text: str = field(default="", repr=False)


def entries_of(case: Case) -> list[Entry]:
    """Every entry of a case without its words, the newest first."""
    newer: set[tuple[str, str]] = set()
    found = []
    for row in _rows(case):
        what = (row.whose or UNRECORDED, row.kind)
        found.append(Entry(row.id, *what, row.created_at, what in newer and row.whose is not None))
        newer.add(what)
    return found


def entries_shown_to(person: Person, case: Case) -> list[Entry]:
    """What the page of a receipt lists. A representative is not told what the complainant gave without them: whoever
    helps may also be whom she hides from."""
    return [entry for entry in entries_of(case) if person.role == Role.COMPLAINANT or entry.whose == person.role]


_ENTRIES = (
    select(IdentityEntry)
    .where(IdentityEntry.case_id == bindparam("case_id"))
    .order_by(IdentityEntry.created_at.desc(), IdentityEntry.id)
)


def _rows(case: Case) -> list[IdentityEntry]:
    return list(db.session.scalars(_ENTRIES, {"case_id": case.id}))


# --- asking, granting, refusing ----------------------------------------------------------------------------


def waiting(case: Case) -> IdentityRequest | None:
    """The request of this case that no custodian decided yet."""
    query = select(IdentityRequest).where(IdentityRequest.case_id == case.id, IdentityRequest.granted.is_(None))
    return db.session.scalars(query).first()


_GRANTED = (
    select(IdentityRequest)
    .where(
        select(IdentityGrant.id).where(IdentityGrant.request_id == IdentityRequest.id).exists(),
        IdentityRequest.case_id == bindparam("case_id"),
        IdentityRequest.asked_by == bindparam("asked_by"),
        IdentityRequest.granted.is_(True),
        IdentityRequest.expires_at > bindparam("now"),
    )
    .order_by(IdentityRequest.expires_at.desc())
)


def granted_to(person: Person, case: Case, now: datetime) -> IdentityRequest | None:
    """The grant of this case that is open to this officer now: while its halves are there, which whoever leaves
    loses."""
    asked = {"case_id": case.id, "asked_by": person.account_id, "now": now}
    return db.session.scalars(_GRANTED, asked).first()


WITHOUT_CONSENT = ("safety", "law")
"""Reasons that do not rest on the complainant's consent; the form says so beside it."""


def _not_agreed(case: Case, reason: object) -> Answer:
    """Who lets the company know lets us know, who tell it."""
    if case.known_to_secretariat or case.share_identity or reason in WITHOUT_CONSENT:
        return None
    return _l("The complainant did not agree that we know who they are: only for their safety, or under the law.")


@of_answers
def agreed_to_be_known(context: StepContext) -> Answer:
    return _not_agreed(context.case, context.values["reason"]) if context.values else None


def there_is_an_identity(context: StepContext) -> Answer:
    return None if _rows(context.case) else _l("The complainant did not say who they are.")


def nobody_asks(context: StepContext) -> Answer:
    return _l("A custodian was asked already.") if waiting(context.case) else None


def somebody_asks(context: StepContext) -> Answer:
    request = waiting(context.case)
    if request is None:
        return _l("Nobody asks for this identity.")
    if request.asked_by == context.person.account_id:
        return _l("Who asks does not grant.")
    return None


def still_agreed(context: StepContext) -> Answer:
    """A consent that was taken back meanwhile ends the request."""
    request = waiting(context.case)
    return _not_agreed(context.case, request.reason) if request else None


def who_asked_is_here(context: StepContext) -> Answer:
    """The grant would be sealed to a key that has gone, or that another password has taken the place of."""
    request = waiting(context.case)
    if request and db.session.get_one(Account, request.asked_by).status == AccountStatus.ACTIVE:
        return None
    return _l("Who asked for it cannot open it any more: refuse this, and they can ask again.")


def is_open_to_me(context: StepContext) -> Answer:
    grant = granted_to(context.person, context.case, context.now)
    return _not_agreed(context.case, grant.reason) if grant else _l("No grant is open to you: ask a custodian.")


def is_open_to_who_proposes(context: StepContext) -> Answer:
    """Asked of the officer before the first word. The approver needs no grant: what was sealed is in the proposal."""
    return None if "sealed" in context.values else is_open_to_me(context)


def may_disclose(context: StepContext) -> Answer:
    return (
        None
        if context.case.share_identity
        else _l("The complainant did not agree that the company learns who they are.")
    )


def ask(context: StepContext) -> None:
    key, request_id = party_key(PartyKind.CUSTODIANS), secrets.token_hex(16)
    if context.person.account_id is None:
        raise LookupError("an officer asks")
    words, commit = seal_committed(key.public_key, context.values["words"].encode(), words_place(request_id))
    db.session.add(
        IdentityRequest(
            id=request_id, case_id=context.case.id, asked_by=context.person.account_id, asked_at=context.at,
            reason=context.values["reason"], words=words, words_key_id=key.key_id, words_commit=commit,
        )
    )  # fmt: skip


def _decide(context: StepContext, granted: bool) -> IdentityRequest:
    request = waiting(context.case)
    if request is None:
        raise LookupError("the condition found a request")
    request.granted, request.decided_at, request.decided_by = granted, context.at, context.person.account_id
    context.facts |= {"reason": request.reason, "asked_by": request.asked_by}
    context.facts |= hands.mark(context.person, request.asked_by)
    return request


def _no_longer_new(context: StepContext) -> None:
    """Decided: no other custodian sees the request any more."""
    custodians = select(Account.id).where(Account.role == Role.CUSTODIAN)
    theirs = (NewMark.case_id == context.case.id, NewMark.account_id.in_(custodians))
    db.session.execute(delete(NewMark).where(*theirs))


def grant(context: StepContext) -> None:
    """Each custodians' half goes to that officer's own key, for 24 hours."""
    context.facts |= {"one_custodian": True} if one_custodian() else {}
    request = _decide(context, True)
    request.expires_at = context.now + OPEN_FOR
    _answer(request, context.values.get("words"))
    officer = db.session.get_one(Account, request.asked_by)
    own_key = log.own_key(officer)
    db.session.flush()
    _no_longer_new(context)
    for entry in _rows(context.case):
        seed = context.person.seed_for(entry.custodians_key_id)
        half = envelopes.open_with(seed, entry.custodians_half, half_place("custodians", entry.id))
        sealed = envelopes.seal_to(own_key, half, grant_place(request.id, entry.id))
        db.session.add(IdentityGrant(request_id=request.id, entry_id=entry.id, sealed=sealed))


def one_custodian() -> bool:
    """Nobody but the one who grants could have looked at it: an office may work so, and the record says that it did."""
    there = who_could.holders().where(Account.role == Role.CUSTODIAN).limit(2)
    return len(db.session.execute(there).all()) < 2


def refuse(context: StepContext) -> None:
    _answer(_decide(context, False), context.values["why"])
    _no_longer_new(context)


def _answer(request: IdentityRequest, words: str | None) -> None:
    """What a custodian says with the decision, for the Secretariat."""
    if words:
        key = party_key(PartyKind.SECRETARIAT)
        sealed, request.answer_commit = seal_committed(key.public_key, words.encode(), answer_place(request.id))
        request.answer, request.answer_key_id = sealed, key.key_id


def said_with_decision(person: Person, case: Case, at: datetime) -> str:
    """What a custodian said to the Secretariat who granted or refused at that moment; empty where nothing was kept of
    it. Raises `CannotOpen` for anybody else."""
    query = select(IdentityRequest).where(IdentityRequest.case_id == case.id, IdentityRequest.decided_at == at)
    request = db.session.scalars(query).first()
    return answered_words(person, request) if request else ""


def asked_words(person: Person, request: IdentityRequest) -> str:
    """What the officer wrote to the custodians. Raises `CannotOpen` for anybody else."""
    seed, where = person.seed_for(request.words_key_id), words_place(request.id)
    return open_committed(seed, request.words, where, request.words_commit).decode()


def answered_words(person: Person, request: IdentityRequest) -> str:
    """What the custodian said with the decision; empty where nothing was. Raises `CannotOpen` for anybody but the
    Secretariat."""
    if request.answer is None or request.answer_key_id is None:
        return ""
    seed = person.seed_for(request.answer_key_id)
    return open_committed(seed, request.answer, answer_place(request.id), request.answer_commit).decode()


# --- opening -----------------------------------------------------------------------------------------------


def read(person: Person, case: Case, now: datetime) -> list[Entry]:
    """Each entry in clear, the newest first, for the officer to whom a grant is open; one that was written after the
    grant needs a new one and is left out. Raises `Refused`."""
    request = granted_to(person, case, now)
    if request is None or person.own_seed is None:
        raise Refused(_("No grant is open to you: ask a custodian."))
    texts = dict(_texts(person, case, request))
    return [replace(entry, text=texts[entry.id]) for entry in entries_of(case) if entry.id in texts]


def _texts(person: Person, case: Case, request: IdentityRequest) -> Iterator[tuple[str, str]]:
    """(entry, words) of what this grant opens."""
    rows = db.session.scalars(select(IdentityGrant).where(IdentityGrant.request_id == request.id))
    grants = {row.entry_id: row.sealed for row in rows}
    for entry in _rows(case):
        if entry.id in grants and person.own_seed is not None:
            where = grant_place(request.id, entry.id)
            other = envelopes.open_with(person.own_seed, grants[entry.id], where)
            seed = person.seed_for(entry.secretariat_key_id)
            one = envelopes.open_with(seed, entry.secretariat_half, half_place("secretariat", entry.id))
            key = envelopes.join(one, other)
            yield entry.id, open_sealed(key, entry.sealed, place("identity", case.id, entry.id)).decode()


_EXPIRED = select(IdentityRequest.id).where(IdentityRequest.expires_at <= bindparam("now"))
FORGET_EXPIRED = delete(IdentityGrant).where(IdentityGrant.request_id.in_(_EXPIRED))
"""Grants die on time, also where nobody looks again. `now`: an aware time."""


# --- telling the company -----------------------------------------------------------------------------------


def shareable(case: Case) -> list[Entry]:
    """What a company may be told at all: nothing of a representative, whom it must not even know of, and whose name the
    complainant's consent does not cover."""
    return [entry for entry in entries_of(case) if entry.whose != REPRESENTATIVE]


def _chosen(case: Case, scope: Iterable[str], ticked: Iterable[str]) -> list[Entry]:
    """Of each kind the complainant's newest, unless others of it were ticked. Raises `BadInput`."""
    there = shareable(case)
    found = [entry for entry in there if entry.id in ticked]
    if not {entry.kind for entry in found} <= set(scope):
        raise BadInput({"entries": _("Tick above, too, what this is.")})
    for kind in set(scope) - {entry.kind for entry in found}:
        newest = [entry for entry in there if (entry.kind, entry.whose) == (kind, COMPLAINANT) and not entry.superseded]
        if not newest:
            raise BadInput({"scope": _("The complainant wrote nothing of one of these; tick below what is meant.")})
        found += newest
    return [entry for entry in there if entry in found]


DISCLOSE = "share_identity"
DISCLOSED = ("sealed", "commit")
"""What a proposal of it holds for the company's key: it goes with the name."""


def prepare_disclosure(context: StepContext) -> None:
    """The officer who has the grant seals the agreed fields to the company's key; the approver never reads them, and
    sees which they are."""
    case, key = context.case, company_key(context.case.company_id)
    opened = {entry.id: entry for entry in read(context.person, case, context.now)}
    chosen = _chosen(case, context.values["scope"], context.values.get("entries", []))
    if any(entry.id not in opened for entry in chosen):
        raise Refused(_("Something of it was written after the grant. Ask a custodian again."))
    share_id, nth = secrets.token_hex(16), len(_shares(case))
    said = [
        {"whose": one.whose, "kind": one.kind, "text": number_alone(one.kind, opened[one.id].text), "nth": nth}
        for one in chosen
    ]
    sealed, commit = seal_committed(key.public_key, json.dumps(said).encode(), disclosure_place(case.id, share_id))
    context.values |= {"share_id": share_id, "key_id": key.key_id, "sealed": sealed.hex(), "commit": commit}
    context.values |= {"entries": [one.id for one in chosen], "older": [one.id for one in chosen if one.superseded]}


@of_answers
def is_still_newest(context: StepContext) -> Answer:
    """Looked at again when it is approved: a phone that was given up meanwhile may be somebody else's by now."""
    if "sealed" not in context.values:
        return None
    if "older" not in context.values:
        return _l("This was proposed before it was recorded whose each entry is. Refuse it, and propose it again.")
    older = {entry.id for entry in shareable(context.case) if entry.superseded}
    if older & set(context.values["entries"]) <= set(context.values["older"]):
        return None
    return _l("A newer entry was written since this was proposed. Refuse it, and propose it again.")


def disclose(context: StepContext) -> None:
    """What was sealed when it was proposed: to a key that the company must still have."""
    values, key = context.values, company_key(context.case.company_id)
    if values["key_id"] != key.key_id:
        raise Refused(_("The company has a new key since this was proposed. Refuse it, and propose it again."))
    sealed, case_id = bytes.fromhex(values["sealed"]), context.case.id
    db.session.add(
        IdentityShare(
            id=values["share_id"], case_id=case_id, party_id=key.party_id, key_id=key.key_id, sealed=sealed,
            commit=values.get("commit"),
        )
    )  # fmt: skip
    context.facts["entries"] = values["entries"]


def _shares(case: Case) -> list[IdentityShare]:
    return list(db.session.scalars(select(IdentityShare).where(IdentityShare.case_id == case.id)))


@dataclass(frozen=True)
class Told:
    """One thing that a company was told. `superseded`: it was told a newer one of the kind later."""

    whose: str
    kind: str
    text: str = field(repr=False)
    superseded: bool


def disclosed_to(person: Person, case: Case) -> list[Told]:
    """What this company was told of who complained, the newest first."""
    if person.party_seed is None or person.company_id is None:
        return []
    said = [one for row in _shares(case) if row.party_id == person.party_id for one in _said(person, row)]
    said.sort(key=lambda one: -one["nth"])
    newest = {one["kind"]: one["nth"] for one in reversed(said)}
    return [Told(one["whose"], one["kind"], one["text"], one["nth"] < newest[one["kind"]]) for one in said]


def _said(person: Person, row: IdentityShare) -> list[dict[str, Any]]:
    """Shares of before are triples whose first member is a guess."""
    place_of_it = disclosure_place(row.case_id, row.id)
    sealed = open_committed(person.seed_for(row.key_id), row.sealed, place_of_it, row.commit)
    return [
        one if isinstance(one, dict) else {"whose": UNRECORDED, "kind": one[1], "text": one[2], "nth": -1}
        for one in json.loads(sealed)
    ]
