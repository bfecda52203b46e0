"""Cases of which the same is to be shown, referred or decided: each with its packet, what warns of it, and why one is
left to a page of its own. Reads only.

What needs a look at the one case stays single: whoever may be in danger, what goes by silence, what somebody said in
her place.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from grievance.access import Person, opened
from grievance.accounts import hands, who_could
from grievance.crypto.compartments import CaseKeys
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Case
from grievance.models.people import Role
from grievance.models.summary import Verdict
from grievance.models.writing import Decision, Writing
from grievance.reports import packet
from grievance.reports.actions import proposed
from grievance.reports.chosen import Chosen, Facts, chosen
from grievance.reports.proposals import proposer_of
from grievance.workflow import steps, summaries
from grievance.workflow.conditions import packet_hash

REFER, SHOW = "refer", summaries.SHOW_SUMMARY.step
HERS = ("change_consent", summaries.REVIEW_SUMMARY.step)
"""What she said by a receipt that a second person looks at first, and that many of one group say within some days."""
DECIDED = (REFER, *HERS)
IN_DANGER = _l("Somebody may be harmed because of it, or nobody knows: look at it on its own page.")
OTHER_COMPANY = _l("It is about another company than the first of these: take it apart.")
WAITS_FOR_HER = _l("A summary was shown already: show another one on its own page.")
NOTHING_WAITS = _l("Nothing of it waits that can be decided with others.")
NOT_HERS = _l("Somebody else said it in the complainant's place: look at it on its own page.")
BY_SILENCE = _l("The complainant has said nothing to the summary: look at it on its own page.")
ANOTHER_DECIDES = _l("Another person decides this: an approver who did not propose it.")


@dataclass(frozen=True)
class Going:
    """One case. `why`: the sentence by which it is left out. `review`: its packet as it is looked at; None where none
    goes. `decision`, `proposer`, `pairs`: what waits for a decision, whose it is, what was answered; `marked`: what
    the record would say of the two who decide it."""

    chosen: Chosen
    why: str
    review: packet.Review | None = None
    decision: Decision | None = None
    proposer: str = ""
    pairs: tuple[tuple[str, str], ...] = ()
    marked: str = ""

    @property
    def reference(self) -> str:
        return self.chosen.reference

    @property
    def packet(self) -> str:
        return str(self.review.shown.fields[0][1]) if self.review else ""

    @property
    def seen(self) -> str:
        """What the next press says was looked at: the packet, or the proposal, which never changes."""
        return self.decision.id if self.decision else packet_hash(self.packet)

    @property
    def ticked_first(self) -> bool:
        """Nothing that warns of somebody, and no word of hers, is ticked by anybody but who looked at it."""
        hers = self.decision is not None and self.decision.step in HERS
        return not hers and not self.marked and not (self.review and self.review.warned)

    @property
    def alike(self) -> tuple[Any, ...]:
        """What is the same of two cases that are looked at as one."""
        case, step = self.chosen.case, self.decision.step if self.decision else ""
        looks = (tuple(self.review.marked), tuple(self.review.compared)) if self.review else ()
        return (case.company_id if case else None, step, looks, self.pairs, self.marked, self.ticked_first)


def groups(lines: Iterable[Going]) -> list[list[Going]]:
    """Those that are not left out, together where everything that is looked at is the same, as they came."""
    found: dict[tuple[Any, ...], list[Going]] = {}
    for one in lines:
        if not one.why:
            found.setdefault(one.alike, []).append(one)
    return list(found.values())


def to_show(person: Person, references: Iterable[str], text: str) -> list[Going]:
    """A summary that one text makes for all of them. An empty text: what stands against it before one is written."""
    return _of_one_company(person, references, SHOW, _against_showing, lambda _case: text)


def to_refer(person: Person, references: Iterable[str]) -> list[Going]:
    """Each with the very text to which she said right."""
    return _of_one_company(person, references, REFER, _against_referring, lambda case: _agreed(person, case))


def to_decide(person: Person, references: Iterable[str]) -> list[Going]:
    """Each with what waits of it for this person's decision."""
    lines = chosen(person, references, _against_deciding)
    return [_waiting(person, one) for one in lines]


Texts = Callable[[Case], str]


def _of_one_company(person: Person, references: Iterable[str], step: str, against: Any, text: Texts) -> list[Going]:
    lines = chosen(person, references, against)
    first = next((one.case.company_id for one in lines if one.case and not one.why), None)
    found = []
    for one in lines:
        why = one.why or ("" if one.case and one.case.company_id == first else str(OTHER_COMPANY))
        look = packet.review(person, one.case, step, {"packet": text(one.case)}) if one.case and not why else None
        found.append(Going(one, why, look))
    return found


def _in_danger(case: Case, said: Mapping[str, object]) -> bool:
    return case.safety_alert or said.get("could_harm") != "no"


def _stands(step: str, person: Person, case: Case, keys: CaseKeys, said: Mapping[str, object]) -> Label | None:
    row, taker = steps.part(step, person, case)
    if row is None:
        return steps.NOT_POSSIBLE
    if _in_danger(case, said):
        return IN_DANGER
    return steps.stands_against(row, taker, case, keys, standing=who_could.standing(case))


def _against_showing(person: Person, case: Case, keys: CaseKeys, facts: Facts) -> Label | None:
    shown = summaries.newest(case)
    if shown is not None and shown.verdict in (None, Verdict.RIGHT):
        return WAITS_FOR_HER
    return _stands(SHOW, person, case, keys, facts.said)


def _against_referring(person: Person, case: Case, keys: CaseKeys, facts: Facts) -> Label | None:
    if sentence := _stands(REFER, person, case, keys, facts.said):
        return sentence
    return None if _agreed(person, case) else summaries.NOT_SAID


def _agreed(person: Person, case: Case) -> str:
    shown = summaries.newest(case)
    return packet.shown_last(person, case) if shown is not None and shown.verdict == Verdict.RIGHT else ""


# --- decisions ---------------------------------------------------------------------------------------------


def decision_of(case: Case) -> Decision | None:
    """The oldest proposal of a case that can be decided with others."""
    waiting = sorted(steps.open_proposals(case), key=lambda one: one.proposed_at)
    return next((one for one in waiting if one.step in DECIDED), None)


def _against_deciding(person: Person, case: Case, keys: CaseKeys, facts: Facts) -> Label | None:
    decision = decision_of(case)
    if decision is None:
        return NOTHING_WAITS
    if not steps.may_decide(person, decision, who_could.roles_in(person, case)):
        return ANOTHER_DECIDES
    if _in_danger(case, facts.said):
        return IN_DANGER
    if db.session.get_one(Writing, decision.writing_id).role == Role.REPRESENTATIVE:
        return NOT_HERS
    shown = summaries.newest(case)
    if decision.step == REFER and (shown is None or shown.verdict is None):
        return BY_SILENCE
    return steps.against_approval(person, decision, steps.proposal_of(person, decision)["values"], keys)


def _waiting(person: Person, one: Chosen) -> Going:
    if one.why or one.case is None or (decision := decision_of(one.case)) is None:
        return Going(one, one.why or str(NOTHING_WAITS))
    values = steps.proposal_of(person, decision)["values"]
    said = proposed(one.case, opened(person, one.case), decision.step, values)
    look = packet.review(person, one.case, decision.step, values)
    return replace(
        Going(one, "", look, decision, proposer_of(decision).name),
        pairs=tuple((str(label), text) for label, text in said if text),
        marked=str(hands.warned(person, decision.proposed_by)),
    )  # fmt: skip
