"""The table of the steps of a concern (docs/concerns.md shows it). What no row lists is refused for everybody.

A step is about the concern itself, about a corrective action, or about a measure, and moves that one thing."""

from collections.abc import Mapping
from typing import Any

from grievance.concerns import conditions as only
from grievance.concerns import effects as then
from grievance.concerns import limits
from grievance.concerns import questions as ask
from grievance.concerns.row import APPROVER, CLOCK, COMPANY, NEW, OFFICER, Row
from grievance.extensions import lazy_gettext as _l
from grievance.models.concern import Stands, Thing

TOLD = (only.company_reads, only.calendar_is_confirmed)


def _decided(values: Mapping[str, Any]) -> Stands:
    return Stands.IN_FORCE if values["outcome"] == ask.TAKEN else Stands.NOT_TAKEN


def _after_appeal(values: Mapping[str, Any]) -> Stands:
    return Stands.IN_FORCE if values["outcome"] == ask.UPHELD else Stands.ENDED


def at(*states: Stands) -> frozenset[Stands]:
    return frozenset(states)


OF_THE_CONCERN = (
    Row(step="open_concern", title=_l("Open a concern"), of=Thing.CONCERN, source=NEW, target=Stands.OPEN,
        who=OFFICER, asks=ask.OPEN, kind="concern_opened", event=_l("A concern was opened")),
    Row(step="add_source", title=_l("Add a source that is no complaint"), of=Thing.CONCERN, source=at(Stands.OPEN),
        who=OFFICER, asks=ask.ADD_SOURCE, then=(then.may_ask,), kind="concern_source_added",
        event=_l("A source was added to a concern")),
    Row(step="note", title=_l("Write a note"), of=Thing.CONCERN, source=at(Stands.OPEN, Stands.CLOSED),
        who=OFFICER | APPROVER, asks=ask.NOTE, kind="concern_noted", event=_l("A note was written to a concern")),
    Row(step="write_to_company", title=_l("Write to the company"), of=Thing.CONCERN, source=at(Stands.OPEN),
        who=OFFICER, asks=ask.WRITE, only_if=(only.may_ask, only.company_was_told, only.company_reads),
        tells=COMPANY, kind="concern_written", event=_l("The Secretariat wrote to the company")),
    Row(step="write_to_office", title=_l("Write to the Secretariat"), of=Thing.CONCERN, source=at(Stands.OPEN),
        who=COMPANY, asks=ask.ANSWER, tells=OFFICER, kind="concern_answered",
        event=_l("The company wrote to the Secretariat")),
    Row(step="close_concern", title=_l("Close the concern"), of=Thing.CONCERN, source=at(Stands.OPEN),
        target=Stands.CLOSED, who=OFFICER, approved=True, asks=ask.CLOSE, only_if=(only.nothing_waits,),
        then=(then.close,), kind="concern_closed", event=_l("A concern was closed")),
)  # fmt: skip
OF_ACTIONS = (
    Row(step="ask_corrective_action", title=_l("Ask for a corrective action"), of=Thing.ACTION, source=NEW,
        target=Stands.ASKED, who=OFFICER, approved=True, asks=ask.ASK_ACTION,
        only_if=(only.is_open, only.may_ask, *TOLD, only.day_is_to_come), opens=limits.ACTION,
        tells=COMPANY, kind="action_asked", event=_l("A corrective action was asked for")),
    Row(step="report_action", title=_l("Say that it is done"), of=Thing.ACTION, source=at(Stands.ASKED),
        target=Stands.REPORTED, who=COMPANY, asks=ask.REPORT, meets=limits.ACTION,
        tells=OFFICER, kind="action_reported", event=_l("The company reported a corrective action as done")),
    Row(step="verify_action", title=_l("Verify it, on evidence"), of=Thing.ACTION, source=at(Stands.REPORTED),
        target=Stands.VERIFIED, who=OFFICER, asks=ask.VERIFY, then=(then.end,),
        tells=COMPANY, kind="action_verified", event=_l("A corrective action was verified")),
    Row(step="find_unmet", title=_l("Find that it is not done"), of=Thing.ACTION,
        source=at(Stands.ASKED, Stands.REPORTED), target=Stands.UNMET, who=OFFICER, asks=ask.UNMET,
        only_if=(only.was_missed, only.company_reads), then=(then.end,), stops=True,
        tells=COMPANY, kind="action_unmet", event=_l("A corrective action was found not done")),
    Row(step="withdraw_action", title=_l("Ask for it no more"), of=Thing.ACTION,
        source=at(Stands.ASKED, Stands.REPORTED), target=Stands.WITHDRAWN, who=OFFICER, approved=True,
        asks=ask.WITHDRAW, only_if=(only.company_reads,), then=(then.end,), stops=True,
        tells=COMPANY, kind="action_withdrawn", event=_l("A corrective action was asked for no more")),
)  # fmt: skip
OF_MEASURES = (
    Row(step="take_measure", title=_l("Advise or warn"), of=Thing.MEASURE, source=NEW, target=Stands.IN_FORCE,
        who=OFFICER, approved=True, asks=ask.TAKE, only_if=(only.is_open, only.may_ask, *TOLD),
        then=(then.in_force,), tells=COMPANY, kind="measure_taken", event=_l("Advice or a warning was given")),
    Row(step="propose_measure", title=_l("Propose a measure to the Board"), of=Thing.MEASURE, source=NEW,
        target=Stands.HEARING, who=OFFICER, approved=True, asks=ask.PROPOSE,
        only_if=(only.is_open, only.may_ask, *TOLD), opens=limits.GROUNDS,
        tells=COMPANY, kind="measure_proposed", event=_l("A measure was proposed, with its grounds")),
    Row(step="answer_grounds", title=_l("Answer the grounds"), of=Thing.MEASURE, source=at(Stands.HEARING),
        target=Stands.HEARD, who=COMPANY, asks=ask.ANSWER_GROUNDS, meets=limits.GROUNDS,
        tells=OFFICER | APPROVER, kind="grounds_answered", event=_l("The company answered the grounds of a measure")),
    Row(step="grounds_unanswered", title=_l("The time to answer is over"), of=Thing.MEASURE,
        source=at(Stands.HEARING), target=Stands.HEARD, who=CLOCK,
        tells=COMPANY | OFFICER | APPROVER, kind="grounds_unanswered",
        event=_l("The time to answer the grounds of a measure is over")),
    Row(step="decide_measure", title=_l("Record what the Board decided"), of=Thing.MEASURE,
        source=at(Stands.HEARD), target=_decided, who=APPROVER, asks=ask.DECIDE,
        only_if=(only.another_proposed_it, only.company_reads), then=(then.decided,), stops=True,
        tells=COMPANY | OFFICER, kind="measure_decided", event=_l("The Board decided on a measure")),
    Row(step="drop_measure", title=_l("Take the proposal back"), of=Thing.MEASURE,
        source=at(Stands.HEARING, Stands.HEARD), target=Stands.NOT_TAKEN, who=OFFICER, approved=True, asks=ask.DROP,
        only_if=(only.company_reads,), then=(then.end,), stops=True,
        tells=COMPANY, kind="measure_dropped", event=_l("The proposal of a measure was taken back")),
    Row(step="appeal_measure", title=_l("Appeal"), of=Thing.MEASURE, source=at(Stands.IN_FORCE),
        target=Stands.APPEALED, who=COMPANY, asks=ask.APPEAL, only_if=(only.may_still_appeal,),
        meets=limits.APPEAL, tells=OFFICER | APPROVER, kind="measure_appealed",
        event=_l("The company appealed against a measure")),
    Row(step="decide_appeal", title=_l("Record what became of the appeal"), of=Thing.MEASURE,
        source=at(Stands.APPEALED), target=_after_appeal, who=APPROVER, asks=ask.DECIDE_APPEAL,
        only_if=(only.another_decided_it, only.company_reads), then=(then.appeal_decided,),
        tells=COMPANY | OFFICER, kind="appeal_of_measure_decided", event=_l("An appeal against a measure was decided")),
    Row(step="lift_measure", title=_l("Record that the measure ends"), of=Thing.MEASURE,
        source=at(Stands.IN_FORCE), target=Stands.ENDED, who=APPROVER, asks=ask.LIFT,
        only_if=(only.another_proposed_it, only.company_reads), then=(then.end,), stops=True,
        tells=COMPANY | OFFICER, kind="measure_lifted", event=_l("A measure was lifted")),
)  # fmt: skip
TABLE: tuple[Row, ...] = (*OF_THE_CONCERN, *OF_ACTIONS, *OF_MEASURES)
ROWS = {row.step: row for row in TABLE}
ALSO = {
    "concern_opened_from_case": _l("A concern was opened from a case"),
    "concern_proposed": _l("A step of a concern was proposed"),
    "concern_refused": _l("A step of a concern was refused"),
    "concern_warned": _l("A company was warned of a day on the road of a concern"),
    "action_missed": _l("The day of a corrective action passed"),
    "appeal_lapsed": _l("The time to appeal against a measure passed"),
    "concern_parted": _l("A concern lost its link to a case that was erased"),
}
"""Events besides those of the rows."""
LABELS = {**{row.kind: row.event for row in TABLE}, **ALSO}
