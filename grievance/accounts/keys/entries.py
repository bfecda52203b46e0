"""The kinds of entries of the key log: who must have signed each, and what it makes so.

An entry that is not signed by all of them, or that does not follow from the ones before it, makes nothing so, and is a
fault.
"""

import base64
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from grievance.accounts.keys import log_changes, log_field_keys, log_hands, log_processes, log_tokens, log_webhooks
from grievance.accounts.keys import log_two_people as two
from grievance.accounts.keys.entries_before import BEFORE
from grievance.accounts.keys.log_processes import by_actor_or_process
from grievance.accounts.keys.log_signers import (
    Who,
    by_actor,
    by_actor_in_session,
    by_actor_lightly,
    by_first_of_party,
    by_its_former_key,
    by_itself,
    by_new_party,
    by_party,
    by_party_as_stated,
    by_party_if_stated,
    missing,
)
from grievance.accounts.keys.log_state import ACTIVE, INVITED, LEFT, WAITING, Concerned, Moment, OfAccount, OfParty
from grievance.crypto import signing
from grievance.models.people import PartyKind, Role

DECIDE = (Role.APPROVER, Role.CUSTODIAN)
"""Who decides about people, and makes what opens when nobody of them is left."""
Makes = Callable[[Moment], str]
"""Makes so what an entry says; or says why it cannot be, and makes nothing so."""


@dataclass(frozen=True)
class Entry:
    makes: Makes
    signed_by: tuple[Who, ...] = ()


# --- what is made so ---------------------------------------------------------------------------------------


def _invited(moment: Moment) -> str:
    if moment.account.standing:
        return "this account is known already"
    log_hands.forgets(moment.state, moment.number("account"), moment.actor_id)
    return moment.keeps(OfAccount(role=moment.text("role")))


def _accepted(moment: Moment) -> str:
    account, party_id = moment.account, moment.number("party")
    if account.standing != INVITED:
        return "nobody invited this account, or it has a key already"
    if account.role != moment.text("role"):
        return "this account was invited as something else"
    first = "new_party_key" in moment.facts
    if first and (wrong := _first(moment, party_id)):
        return wrong
    moment.keeps(
        OfAccount(moment.text("key"), moment.verifying("sign_key"), party_id, ACTIVE if first else WAITING, first,
                  account.role)
    )  # fmt: skip
    if first:
        log_hands.unheard(moment.state, moment.number("account"))
    return ""


def _first(moment: Moment, party_id: int) -> str:
    """The first key of a party. A company's is confirmed by an approver, who typed its fingerprint."""
    kind, parties = moment.text("kind"), moment.state.parties
    if party_id in parties or (party_id in moment.state.pinned and moment.seq > moment.state.pinned_at):
        return "this party has a key already"
    if kind not in tuple(PartyKind) or (kind != PartyKind.COMPANY and any(p.kind == kind for p in parties.values())):
        return "there is a party of this kind already"
    if kind != PartyKind.COMPANY and kind in moment.state.kinds:
        return "there is a party of this kind from before, of which nobody has said which its key is"
    parties[party_id] = _party(moment, confirmed=kind != PartyKind.COMPANY, kind=kind, company_id=_company(moment))
    return ""


def _company(moment: Moment) -> int | None:
    number = moment.number("company")
    return number if number != -1 else None


def _party(moment: Moment, **more: Any) -> OfParty:
    return OfParty(moment.text("new_party_key"), moment.verifying("new_party_sign_key"), **more)


def _confirmed(moment: Moment) -> str:
    """Whoever was there before keys were logged says which they are: with the party's key too, or still waiting."""
    known, key = moment.account, moment.text("key")
    if known.standing not in (WAITING, ACTIVE) or (known.key and known.key != key) or not _its_own(moment):
        return "this account has another key, or none"
    if "new_party_key" not in moment.facts and known.from_before and known.standing == WAITING:
        own, party_id = moment.verifying("sign_key"), moment.number("party")
        return moment.keeps(replace(known, key=key, sign_key=own, party_id=party_id))
    if "new_party_key" not in moment.facts or known.standing != ACTIVE or (known.key and not known.confirmed):
        return "nobody has admitted this account"
    return _stated_party(moment) or _lets_in(moment)


def _its_own(moment: Moment) -> bool:
    """Whether the entry states the verifying key that the log has of this account, where it has one: whoever holds the
    party's seed would make themselves any colleague otherwise."""
    known = moment.account
    return known.sign_key is None or known.sign_key == moment.verifying("sign_key")


def _lets_in(moment: Moment) -> str:
    return moment.keeps(
        OfAccount(moment.text("key"), moment.verifying("sign_key"), moment.number("party"), ACTIVE, True,
                  moment.account.role)
    )  # fmt: skip


def _stated_party(moment: Moment) -> str:
    """The party's key is the known one; of a party from before the log it becomes known, where it is the one that the
    record named before, and that this machine saw."""
    known, number = moment.party or OfParty(), moment.number("party")
    key, kind = moment.text("new_party_key"), moment.text("kind") or known.kind
    if not known.from_before:
        same = (key, moment.verifying("new_party_sign_key")) == (known.key, known.sign_key)
        return "" if same else "this party has another key"
    pinned = moment.state.pinned.get(number, key) if moment.seq > moment.state.pinned_at else key
    named = key[:16] in moment.state.before or moment.state.unnamed
    if pinned != key or (kind != PartyKind.COMPANY and not named):
        return "this party had another key before"
    stated = kind == PartyKind.COMPANY and moment.kind == "keys_confirmed"
    more: dict[str, Any] = {"confirmed": named, "stated": stated, "generation": known.generation, "kind": kind}
    moment.state.parties[number] = _party(moment, **more, company_id=_company(moment))
    return ""


def _admitted(moment: Moment) -> str:
    known, party_id = moment.account, moment.number("party")
    if moment.actor.party_id != party_id:
        return "who admits is of another party"
    stated = (moment.text("key"), moment.verifying("sign_key"), party_id)
    if not known.from_before and (known.standing != WAITING or stated != (known.key, known.sign_key, known.party_id)):
        return "this account does not wait with this key"
    _lets_in(moment)
    log_hands.hears(moment.state, moment.number("account"), moment.actor_id)
    return ""


def _left(moment: Moment) -> str:
    return moment.keeps(replace(moment.account, standing=LEFT, confirmed=False))


def _cut(moment: Moment) -> str:
    """One account cuts the access at once; that it is for good takes another, or three days."""
    two.begin(moment, "left_for_good")
    return _left(moment)


def _left_for_good(moment: Moment) -> str:
    return two.two_people(moment) if moment.account.standing == LEFT else "this account has not left"


def _reset_asked(moment: Moment) -> str:
    return two.decides(moment) or two.begin(moment, moment.text("what"))


def _taken_back(moment: Moment) -> str:
    """They wait to be admitted again, with the key that they had; who never had one is invited as before."""
    known = moment.account
    if known.standing != LEFT:
        return "this account has not left"
    two.ended(moment)
    return moment.keeps(replace(known, standing=WAITING if known.key or known.old else INVITED))


def _invited_again(moment: Moment) -> str:
    """Their keys are gone; the next ones are new."""
    known = moment.account
    if not known.standing:
        return "nobody invited this account before"
    if (known.key or known.old) and (wrong := two.two_people(moment)):
        return wrong
    moment.state.escrowed.pop(moment.number("account"), None)
    log_hands.forgets(moment.state, moment.number("account"), moment.actor_id)
    moment.state.stopped.discard(("account", moment.number("account")))
    return moment.keeps(OfAccount(party_id=known.party_id, role=known.role))


def _rotated(moment: Moment) -> str:
    known, number = moment.party, moment.number("party")
    if known is None or moment.actor.party_id != number:
        return "who changes this key is of another party"
    if known.stated:
        return "nobody but one of its own people has said whose key this is"
    new, generation = _party(moment), known.generation + 1
    moment.state.parties[number] = replace(known, key=new.key, sign_key=new.sign_key, generation=generation)
    log_tokens.end_with_the_key(moment, number)
    moment.state.stopped.discard(("party", number))  # old key, member and new key have signed what is true now
    return ""


def _recovered(moment: Moment) -> str:
    """By the paper: whoever waits with a key of their own, and the party's key."""
    known = moment.account
    stated = (moment.text("key"), moment.number("party"))
    same = known.from_before or (stated == (known.key, known.party_id) and _its_own(moment))
    if known.standing != WAITING or not same:
        return "this account does not wait with this key"
    return _stated_party(moment) or _lets_in(moment)


def _by_paper(moment: Moment) -> str:
    return two.let_by_paper(moment) or _recovered(moment)


def _escrow_opened(moment: Moment) -> str:
    """One half of a company's key, by an approver or a custodian, for one key of one account."""
    if moment.actor.role not in DECIDE:
        return "only an approver and a custodian hand over halves"
    return moment.hands_half(moment.actor.role)


def _joined_by_escrow(moment: Moment) -> str:
    if moment.state.escrowed.get(moment.number("account"), frozenset()) < {Role.APPROVER, Role.CUSTODIAN}:
        return "not both halves were handed over"
    return _recovered(moment)


def _role_changed(moment: Moment) -> str:
    """With another party, they wait there to be admitted; the first of a party has its key at once."""
    known, party_id = moment.account, moment.number("party")
    if not known.standing:
        return "nobody invited this account before"
    if wrong := log_changes.confirms("role")(moment):
        return wrong
    moves = replace(known, role=moment.text("role"))
    if known.party_id != party_id and known.standing != INVITED:
        first = "new_party_key" in moment.facts
        if first and (wrong := _first(moment, party_id)):
            return wrong
        moves = replace(moves, party_id=party_id, standing=ACTIVE if first else WAITING, confirmed=first)
    return moment.keeps(moves)


def _own_key_changed(moment: Moment) -> str:
    """Whoever is here, or waits, goes on with a new key of their own: what was heard of the old one counts for it."""
    known, number, key = moment.account, moment.number("account"), moment.text("key")
    if known.standing not in (WAITING, ACTIVE) or known.sign_key is None or known.party_id != moment.number("party"):
        return "this account is not here with a key that is known"
    former = moment.state.former.get(number, ())
    moment.state.former[number] = (*former, (known.sign_key, moment.at))
    if moment.state.heard.get(number) == known.key:
        moment.state.heard[number] = key
    return moment.keeps(replace(known, key=key, sign_key=moment.verifying("sign_key")))


def _company_confirmed(moment: Moment) -> str:
    known, number = moment.party, moment.number("party")
    if moment.actor.role != Role.APPROVER or known is None or known.kind != PartyKind.COMPANY:
        return "only an approver confirms the key of a company"
    if (known.key, known.sign_key) != (moment.text("new_party_key"), moment.verifying("new_party_sign_key")):
        return "this company has another key"
    moment.state.parties[number] = replace(known, confirmed=True, stated=False)
    return ""


def _paper_made(moment: Moment) -> str:
    number = moment.number("party")
    if moment.actor.party_id != number or moment.actor.role not in DECIDE:
        return "who made it is of another party, or decides about nobody"
    moment.state.papers[number] = moment.text("paper")
    moment.state.stopped.discard(("paper", number))
    return ""


def _paper_key(moment: Moment) -> str:
    if moment.actor.role not in DECIDE:
        return "only an approver or a custodian makes the paper key of the backups"
    moment.state.paper_key = moment.text("public")
    return ""


ENTRIES: dict[str, Entry] = {
    "invited": Entry(_invited),
    "accepted": Entry(_accepted, (by_itself, by_first_of_party)),
    "heard_too": Entry(log_hands.heard_too, (by_actor,)),
    "keys_confirmed": Entry(_confirmed, (by_itself, by_party_if_stated)),
    "admitted": Entry(_admitted, (by_actor, by_party)),
    "own_key_changed": Entry(_own_key_changed, (by_its_former_key, by_itself)),
    "left": Entry(_cut, (by_actor_lightly,)),
    "left_for_good": Entry(_left_for_good, (by_actor_or_process,)),
    "leaving_taken_back": Entry(_taken_back, (by_actor,)),
    "reset_asked": Entry(_reset_asked, (by_actor_or_process,)),
    "reset_refused": Entry(two.ended, (by_actor,)),
    "invited_again": Entry(_invited_again, (by_actor_or_process,)),
    "came_back": Entry(_invited_again, (by_actor_or_process,)),
    "rotation_begun": Entry(_rotated, (by_party, by_actor, by_new_party)),
    "recovery_code_made": Entry(_paper_made, (by_actor,)),
    "recovery_vouched": Entry(two.heard, (by_actor,)),
    "recovered": Entry(_by_paper, (by_itself, by_party_as_stated)),
    "escrow_opened": Entry(_escrow_opened, (by_actor,)),
    "joined_by_escrow": Entry(_joined_by_escrow, (by_itself, by_party_as_stated)),
    "token_made": Entry(log_tokens.made, (by_actor,)),
    "token_ended": Entry(log_tokens.ended, (by_actor,)),
    "webhook_made": Entry(log_webhooks.made, (by_actor,)),
    "webhook_changed": Entry(log_webhooks.changed, (by_actor,)),
    "webhook_ended": Entry(log_webhooks.ended, (by_actor,)),
    "field_key_proposed": Entry(log_field_keys.proposed, (by_actor_in_session,)),
    "field_key_confirmed": Entry(log_field_keys.confirmed, (by_actor_in_session,)),
    "field_key_refused": Entry(log_field_keys.refused, (by_actor_in_session,)),
    "role_proposed": Entry(log_changes.proposes("role"), (by_actor,)),
    "role_refused": Entry(log_changes.ends("role"), (by_actor,)),
    "head_proposed": Entry(log_changes.proposes("head"), (by_actor,)),
    "head_refused": Entry(log_changes.ends("head"), (by_actor,)),
    "head_changed": Entry(log_changes.confirms("head"), (by_actor,)),
    "role_changed": Entry(_role_changed, (by_actor, by_first_of_party)),
    "company_key_confirmed": Entry(_company_confirmed, (by_actor,)),
    "paper_key": Entry(_paper_key, (by_actor,)),
}
"""By their kind. Other kinds of events say nothing about keys."""
ONLY_BEGIN = (
    "role_proposed", "role_refused", "head_proposed", "head_refused", "reset_asked", "reset_refused", "heard_too",
    "token_made", "token_ended", "webhook_made", "webhook_changed", "webhook_ended", "field_key_proposed",
    "field_key_confirmed", "field_key_refused",
)  # fmt: skip
"""What changes nothing yet, takes a mark away, or is about a token, a webhook or phones alone: a forged one stops
nobody."""


# --- one after the other -----------------------------------------------------------------------------------


def read(moment: Moment, *, signed: bool) -> None:
    """Add one event of the office's chain to what is known. `signed`: it is of the format that has signatures."""
    state = moment.state
    state.signed = state.signed or signed
    state.public.update(_stated_keys(moment))
    if signed:
        log_processes.learn(moment)
    for number in _signed_after_leaving(moment):
        _fault(moment, f"account {number} signed it, and had left", ("account", number))
    entry = ENTRIES.get(moment.kind)
    if entry is None:
        return
    state.last = (moment.seq, moment.hash)
    if not signed:
        wrong = "it has no signature" if state.signed else BEFORE.get(moment.kind, _nothing)(moment)
    else:
        wrong = missing(moment, entry.signed_by) or entry.makes(moment)
    if wrong:
        _fault(moment, wrong, _concerned(moment))


def _nothing(_moment: Moment) -> str:
    return ""


def _stated_keys(moment: Moment) -> Iterator[tuple[str, bytes]]:
    """The verifying keys that an entry brings along: who brings another gives it another name."""
    given = moment.facts.get("public")
    for text in given if isinstance(given, list) else ():
        with suppress(ValueError, TypeError):
            key = base64.b64decode(text)
            yield signing.digest(key), key


def _signed_after_leaving(moment: Moment) -> Iterator[int]:
    for one in moment.signatures:
        number = int(one.signer_id) if one.signer == "account" and one.signer_id.isdecimal() else -1
        known = moment.state.accounts.get(number)
        if known and known.standing == LEFT:
            yield number


def _concerned(moment: Moment) -> Concerned | None:
    """Who does not go on until somebody has looked."""
    if moment.kind in ONLY_BEGIN:
        return None
    if moment.kind == "recovery_code_made":
        return "paper", moment.number("party")
    about_party = "new_party_key" in moment.facts and moment.kind != "company_key_confirmed"
    for name in ("party", "account") if about_party else ("account",):
        if moment.number(name) != -1:
            return name, moment.number(name)
    return None


def _fault(moment: Moment, why: str, concerned: Concerned | None) -> None:
    moment.state.faults.append(f"key log, entry {moment.seq} ({moment.kind}): {why}")
    if concerned:
        moment.state.stopped.add(concerned)
