"""What the steps about remedies ask for: a promise, and what became of it."""

from grievance.crypto.compartments import Compartment
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import REMEDY_KINDS
from grievance.forms.fields import Field, Kind, Shown
from grievance.models.sides import ALL, HER

INTERNAL, CORRESPONDENCE, SHARED = Compartment.INTERNAL, Compartment.CORRESPONDENCE, Compartment.SHARED
Fields = tuple[Field, ...]

REMEDY: Fields = (
    Field("kind", _l("Kind of remedy"), Kind.CHOICE, choices=REMEDY_KINDS, shown=Shown.REMEDY, read_by=ALL),
    Field("promise", _l("What is promised"), sealed_into=SHARED, shown=Shown.REMEDY),
    Field("deliverer", _l("Who delivers it"), Kind.LINE, sealed_into=SHARED, shown=Shown.REMEDY),
    Field("due_on", _l("By when"), Kind.DATE, shown=Shown.REMEDY, read_by=ALL),
    Field("proof", _l("What will prove it"), sealed_into=SHARED, shown=Shown.REMEDY),
    Field("no_waiver", _l("No waiver of legal rights is asked for it"), Kind.YES),
)


def _remedy(*among: str) -> Field:
    return Field(
        "remedy", _l("Remedy"), Kind.REMEDY, among=among, shown=Shown.REMEDY, read_by=ALL,
        missing=_l("Choose the remedy."),
    )  # fmt: skip


I_CAN_READ_IT = Field(
    "can_read", _l("I can read and understand what is promised"), Kind.YES, False,
    needed_if=_l("where it is not in your language"), shown=Shown.RECORD, read_by=HER,
    help=_l("We do not know that it stands in your language. Tick this only if you can read it."),
)  # fmt: skip


def accept(*among: str) -> Fields:
    return (_remedy(*among), I_CAN_READ_IT)


def decline(*among: str) -> Fields:
    return (
        _remedy(*among),
        Field(
            "why", _l("Why"), required=False, sealed_into=SHARED, read_as=_l("Why it was declined"), shown=Shown.REMEDY
        ),
    )


def waive(*among: str) -> Fields:
    return (
        _remedy(*among),
        Field(
            "why",
            _l("Why you give it up"),
            sealed_into=CORRESPONDENCE,
            read_as=_l("Why it was given up"),
            shown=Shown.REMEDY,
            missing=_l("Write why you give it up."),
        ),
    )


def deliver(*among: str) -> Fields:
    return (
        _remedy(*among),
        Field("evidence", _l("What shows that it was delivered"), sealed_into=SHARED, shown=Shown.REMEDY),
    )


def verify(*among: str) -> Fields:
    return (
        _remedy(*among),
        Field(
            "words",
            _l("Anything you want to add"),
            required=False,
            sealed_into=SHARED,
            read_as=_l("What was said about it"),
            shown=Shown.REMEDY,
        ),
    )


def verify_on_evidence(*among: str) -> Fields:
    return (_remedy(*among), Field("evidence", _l("The evidence"), sealed_into=INTERNAL, shown=Shown.REMEDY))


def dispute(*among: str) -> Fields:
    extents = (("partly", _l("It was done only partly")), ("wholly", _l("It was not done")))
    return (
        _remedy(*among),
        Field("extent", _l("How much is missing?"), Kind.CHOICE, choices=extents, shown=Shown.RECORD, read_by=ALL,
              missing=_l("Say how much is missing.")),
        Field("missing", _l("What is missing"), sealed_into=SHARED, shown=Shown.REMEDY,
              missing=_l("Write what is missing.")),
    )  # fmt: skip
