"""What a company sends while it is not told yet what she did: taken where it still can be, and else kept.

It is allowed, refused and asked by what it was told. A refusal by what it was not told would say in which minute she
acted, to whoever tries each minute; so what her step has made impossible is kept as it was sent, and its company reads
at the release that it was not taken, and why.
"""

from grievance.crypto.compartments import Compartment
from grievance.forms.fields import Kind
from grievance.record import as_told, chain, files
from grievance.workflow.context import StepContext
from grievance.workflow.events import KEPT_SENT
from grievance.workflow.execute import owe_letters
from grievance.workflow.readers import sealed_in
from grievance.workflow.row import Row
from grievance.workflow.visibility import mark_new


def is_kept(context: StepContext) -> bool:
    """Whether what does not go now is kept: a company asks, and it was not told all of the case."""
    return as_told.asking() is not None and as_told.held_until(context.case.id, context.now) is not None


def keep(row: Row, context: StepContext) -> None:
    """As it was sent, for the company and the Secretariat: it was not put to the case, so that she does not read it."""
    says = {f.name: context.values[f.name] for f in row.asks if context.values.get(f.name) not in (None, "", [])}
    plain = {f.name for f in row.asks if not sealed_in(f, context.person.side, context.values.get("audience"))}
    kept = {
        name: files.described(says[name]) if _is_files(row, name) else says[name] for name in says if name not in plain
    }
    writing = context.seal(Compartment.COMPANY, row.step, kept)
    files.note(writing, kept.get("files", []))
    context.facts |= {name: says[name] for name in says if name in plain} | {"step": row.step}
    case = context.case
    case.version += 1
    event = chain.append(
        case, KEPT_SENT.kind, context.person, context.at, context.now, context.facts, [writing.sealed],
        number=context.event_id,
    )  # fmt: skip
    owe_letters(case, event, KEPT_SENT.letters, context)
    mark_new(case, event, KEPT_SENT, context)


def _is_files(row: Row, name: str) -> bool:
    return any(field.name == name and field.kind == Kind.FILES for field in row.asks)
