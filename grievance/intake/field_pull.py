"""Forms fetched from an ODK Central or KoboToolbox of somebody's own, and taken as if a phone had sent them.

A case begins, and its time limits, when the form arrives **here**: what lay there for a week began to be ours today. So
the command runs often (docs/field.md).
"""

from dataclasses import dataclass, field

from grievance.intake import field_arrivals
from grievance.intake.field_servers import Lies, NoAnswer, Server
from grievance.intake.field_xml import NotAForm
from grievance.models.field import FieldToken


@dataclass
class Pulled:
    """`left`: what was not taken, each with why."""

    new: int = 0
    known: int = 0
    left: list[tuple[str, str]] = field(default_factory=list)


def pull(token: FieldToken, server: Server, form_id: str) -> Pulled:
    """All that lies there and is not here. One that cannot be taken does not stop the others. Raises `NoAnswer` where
    the list is not given, and `Closed`."""
    pulled = Pulled()
    for one in server.listed():
        try:
            new = _one(token, server, one, form_id)
        except (NotAForm, KeyError):
            pulled.left.append((one.number, "it is no form of this name"))
        except field_arrivals.TooLarge as large:
            pulled.left.append((one.number, f"{large} is too large"))
        except NoAnswer as fault:
            pulled.left.append((one.number, str(fault)))
        else:
            pulled.new, pulled.known = pulled.new + new, pulled.known + (not new)
    return pulled


def _one(token: FieldToken, server: Server, lies: Lies, form_id: str) -> bool:
    """Whether any of it is new. The files of what is here whole are not asked for again."""
    xml = server.line.file(lies.xml, "submission.xml")
    if field_arrivals.is_here(xml):
        return False
    there = server.with_files(lies)
    media = [server.line.file(where, name) for name, where in there.files]
    return field_arrivals.take(token, xml, media, whole=not there.missing, form_id=form_id)
