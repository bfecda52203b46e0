"""One letter to the complainants of many cases: by language a wording of the office or own words, and a look at what a
wording says in each case before anything is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import request
from flask_babel import gettext as _

from grievance.crypto.hashes import sha256
from grievance.desk import message_templates
from grievance.forms.fields import Refused
from grievance.models.case import Case
from grievance.models.desk import MessageTemplate
from grievance.record.events import canonical
from grievance.reports.chosen import Chosen
from grievance.views.account.sign_in import me
from grievance.views.addresses import number
from grievance.workflow import steps


@dataclass(frozen=True)
class Letter:
    """What the complainants of one language read: a wording of the office, or words of whoever writes now.
    `acknowledges`: it goes with the acknowledgement, which ends one time limit and begins the next."""

    wording: MessageTemplate | None
    own: str
    acknowledges: bool

    def of(self, case: Case) -> str:
        """Raises `Refused` where the wording names what this case has not."""
        row = steps.part("write", me(), case)[0]
        if self.wording is None or row is None:
            return self.own
        if self.acknowledges and message_templates.DUE in self.wording.text:
            sentence = _("The wording says %(name)s, and what is due next begins with the acknowledgement: acknowledge"
                         " first, and write then.", name=message_templates.DUE)  # fmt: skip
            raise Refused(sentence)
        return message_templates.whole(self.wording, case, row)


class Look(NamedTuple):
    """What is sent by the next press: each case with its text; and why another is left out, as a sentence."""

    texts: list[tuple[Chosen, str]]
    left_out: list[tuple[Chosen, str]]

    @property
    def looked(self) -> str:
        """By this it is known at the press that exactly these texts were looked at."""
        return sha256(canonical([[one.reference, text] for one, text in self.texts]))


def letters(raw: Mapping[str, Any], lines: list[Chosen], *, needed: bool) -> tuple[dict[str, Letter], dict[str, str]]:
    """By language, and what is missing by the name of its field. Who writes in one language writes in all. `needed`:
    nothing else is done; without it the letter goes with an acknowledgement."""
    found, errors = {}, {}
    read_in = languages(lines)
    for language in read_in:
        own = str(raw.get(f"own-{language}", "")).strip()
        wording = message_templates.one(_number(raw.get(f"wording-{language}")))
        if own and wording:
            errors[f"own-{language}"] = _("Choose a wording, or write in your own words: not both.")
        elif own or wording:
            found[language] = Letter(wording, own, acknowledges=not needed)
    if needed and read_in and not found and not errors:
        errors[f"own-{read_in[0]}"] = _("Choose a wording or write in your own words.")
    if found or needed:
        for language in read_in:
            if language not in found:
                errors.setdefault(f"own-{language}", _("Write it in this language too."))
    return found, errors


def _number(text: Any) -> int | None:
    try:
        return number(str(text))
    except ValueError:
        return None


def languages(lines: list[Chosen]) -> list[str]:
    """Those in which somebody who is not left out reads."""
    return sorted({one.case.language for one in lines if one.case and not one.why})


def to_look_at(written: Mapping[str, Letter], lines: list[Chosen]) -> Look | None:
    """What a wording says in each case, where it was not looked at yet; own words stand on the page that is sent."""
    if not any(letter.wording for letter in written.values()):
        return None
    look = Look([], [])
    for one in lines:
        if one.why or one.case is None:
            look.left_out.append((one, one.why))
            continue
        try:
            look.texts.append((one, written[one.case.language].of(one.case)))
        except Refused as refused:
            look.left_out.append((one, refused.sentence))
    return None if request.form.get("looked") == look.looked else look
