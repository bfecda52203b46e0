"""The form for phones without a network: an XLSForm made of our own questions, and the XForm that a phone loads.

Nothing of it is written by hand a second time: a question that is added to the complaint is in the form of the next
day. Its version is a hash of all that it says, so that two forms with one version are the same.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as part
from functools import lru_cache
from io import BytesIO

from flask import current_app, request

from grievance.extensions import PLAIN_WORDS, Label, speaking
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import LANGUAGES
from grievance.forms.fields import Field, Kind
from grievance.intake.field_questions import ASKED, MEDIA, TYPES, asked_if, choices_of
from grievance.intake.filing import UNKNOWN_COMPANY, filing_groups

FORM_ID = "report"
TITLE = "Report"
"""What a phone shows in its list, in any language: whoever looks at it learns nothing."""
VOICE_OR_TEXT = "account_or_voice"
"""The two are on one screen: whoever speaks need not write."""
PIXELS = 2400
"""Of the longer side of a photo: a number plate stays readable, and it goes out over a poor line."""
UNKNOWN = _l("I do not know, or it is not in the list")
Row = dict[str, str]


@dataclass(frozen=True)
class FieldForm:
    """`version`: 16 hexadecimal digits, by which forms are told apart. `key`: the public key to which a phone
    seals, DER in base64; empty for none."""

    survey: tuple[Row, ...] = part(compare=False)
    choices: tuple[Row, ...] = part(compare=False)
    version: str
    key: str

    @property
    def settings(self) -> Row:
        said = {"form_title": TITLE, "form_id": FORM_ID, "version": self.version, "default_language": _column("en")}
        return said | ({"public_key": self.key} if self.key else {})

    def sheets(self) -> dict[str, Sequence[Row]]:
        return {"survey": self.survey, "choices": self.choices, "settings": (self.settings,)}


def current(key: str = "") -> FieldForm:
    """The form as it is asked today, in every language of this office."""
    with current_app.test_request_context():
        request.environ[PLAIN_WORDS] = True
        survey, choices = tuple(_survey()), tuple(_choices())
    said = json.dumps([survey, choices, key], sort_keys=True, ensure_ascii=False).encode()
    return FieldForm(survey, choices, hashlib.sha256(said).hexdigest()[:16], key)


# --- the sheets --------------------------------------------------------------------------------------------


def _column(code: str) -> str:
    return f"{dict(LANGUAGES)[code]} ({code})"


def _in_all(column: str, texts: Sequence[Label]) -> Row:
    """One text in each language, under the names that XLSForm has for that. Several are sentences of one."""
    said: Row = {}
    for code in current_app.config["LANGUAGES"]:
        with speaking(code):
            said[f"{column}::{_column(code)}"] = " ".join(str(text) for text in texts if text)
    return said if any(said.values()) else {}


def _survey() -> Iterator[Row]:
    for field in ASKED:
        if field.kind == Kind.FILES:
            yield from _media(field)
            continue
        if field.name == "account":
            yield {"type": "begin_group", "name": VOICE_OR_TEXT, "appearance": "field-list",
                   **_in_all("label", (field.label,))}  # fmt: skip
        yield _question(field)
        if field.kind == Kind.SPOKEN:
            yield {"type": "end_group"}


def _question(field: Field) -> Row:
    kind = TYPES[field.widget]
    row = {"type": f"{kind} {field.name}" if kind.startswith("select") else kind, "name": field.name}
    row |= _in_all("label", (field.label,)) | _in_all("hint", (field.help,))
    if field.kind == Kind.TEXT:
        row["appearance"] = "multiline"
    if field.kind == Kind.COMPANY:
        row["appearance"] = "minimal autocomplete"
    if condition := asked_if(field):
        row["relevant"] = condition
    return row | _needed(field) | _length(field)


def _needed(field: Field) -> Row:
    """*yes* is the one word in every language that makes a question needed: any other is read as never."""
    if not field.required and field.name != "authority":
        return {}
    needed = "${spoken} = ''" if field.name == "account" else "yes"
    return {"required": needed} | _in_all("required_message", (field.missing or field.label,))


def _length(field: Field) -> Row:
    if field.kind not in (Kind.TEXT, Kind.LINE):
        return {}
    return {"constraint": f"string-length(.) <= {field.limit}"} | _in_all(
        "constraint_message", (_too_long(field.limit),)
    )


def _too_long(most: int) -> Label:
    return _l("This is too long: write at most %(number)s characters.", number=most)


def _media(field: Field) -> Iterator[Row]:
    yield {"type": "begin_group", "name": field.name, **_in_all("label", (field.label,))}
    for name, kind, label in MEDIA:
        smaller = {"parameters": f"max-pixels={PIXELS}"} if kind == "image" else {}
        yield {"type": kind, "name": name, **smaller, **_in_all("label", (label,))}
    yield {"type": "end_group"}


def _choices() -> Iterator[Row]:
    for field in ASKED:
        if field.kind == Kind.COMPANY:
            yield from _companies(field)
        elif TYPES.get(field.widget, "").startswith("select"):
            for key, texts in choices_of(field):
                yield {"list_name": field.name, "name": key, **_in_all("label", texts)}


def _companies(field: Field) -> Iterator[Row]:
    """Each company once, under all its names; what says that it is not in the list stands first."""
    names: dict[str, list[Label]] = {}
    for _country, listed in reversed(filing_groups()):
        for key, name in listed:
            if name not in names.setdefault(key, []):
                names[key].append(name)
    del names[UNKNOWN_COMPANY]
    yield {"list_name": field.name, "name": UNKNOWN_COMPANY, **_in_all("label", (UNKNOWN,))}
    for key, known in names.items():
        yield {"list_name": field.name, "name": key, **_in_all("label", (" / ".join(map(str, known)),))}


# --- what is given out -------------------------------------------------------------------------------------


def workbook(form: FieldForm) -> bytes:
    """The XLSX file, for KoBoToolbox, ODK Central, or whoever prints it."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, rows in form.sheets().items():
        sheet = book.create_sheet(name)
        columns = list(dict.fromkeys(column for row in rows for column in row))
        sheet.append(columns)
        for row in rows:
            sheet.append([row.get(column) for column in columns])
            for cell in sheet[sheet.max_row]:
                cell.data_type = "s" if cell.value is not None else "n"  # a text that begins with = is a text
    file = BytesIO()
    book.save(file)
    return file.getvalue()


@lru_cache(maxsize=4)
def xform(form: FieldForm) -> bytes:
    """What a phone loads; made once for each version, from the same file."""
    from pyxform.xls2xform import convert  # a second of loading, for whoever asks for it

    return str(convert(workbook(form), form_name=FORM_ID, file_type=".xlsx").xform).encode()
