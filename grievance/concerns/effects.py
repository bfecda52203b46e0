"""What a step of a concern changes besides where the thing stands. None commits."""

from grievance.concerns import board_papers, limits
from grievance.concerns import questions as ask
from grievance.concerns.row import Context
from grievance.models.concern import ConcernItem


def _item(context: Context) -> ConcernItem:
    if context.item is None:
        raise LookupError("the step is about an action or a measure")
    return context.item


def may_ask(context: Context) -> None:
    context.concern.may_ask = True


def close(context: Context) -> None:
    context.concern.closed_at = context.now


def end(context: Context) -> None:
    _item(context).ended_at = context.now


def in_force(context: Context) -> None:
    """Advice and a warning have no hearing; who gets one may still appeal."""
    _item(context).in_force_at = context.now
    limits.begin(_item(context), limits.APPEAL, context.now)


def decided(context: Context) -> None:
    context.facts |= board_papers.close(_item(context), context.now)
    _item(context).decided_by = context.person.account_id
    if context.values["outcome"] == ask.TAKEN:
        in_force(context)
    else:
        end(context)


def appeal_decided(context: Context) -> None:
    context.facts |= board_papers.close(_item(context), context.now)
    if context.values["outcome"] == ask.LIFTED:
        end(context)
