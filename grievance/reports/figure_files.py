"""The office's figures to keep: a spreadsheet with a sheet for each table, and the report as a tagged PDF. Both leave
out what is for the head of the office alone."""

import io
from typing import Any

from flask_babel import gettext as _

from grievance.deadlines.days import full_date
from grievance.digits import written
from grievance.extensions import speaking
from grievance.reports import fonts
from grievance.reports.directions import Quoted
from grievance.reports.figure_tables import Line, Table, heads_of, report_tables, rows_of
from grievance.reports.figures import Figures
from grievance.reports.pdf import typeset
from grievance.site import site_name

EXACT = 15
"""Digits that every spreadsheet keeps of a number: one with more is a text, and so is a day."""


def between(found: Figures) -> list[str]:
    """Of which days, of which company, and as of which day."""
    period, names = found.period, found.companies
    said = [_("From %(first)s to %(last)s.", first=full_date(period.first), last=full_date(period.last))]
    if period.company_id is not None:
        said.append(_("Company: %(name)s.", name=names.get(period.company_id, "")))
    return [*said, _("As it stood at the end of %(day)s.", day=full_date(found.as_of))]


# --- a spreadsheet -----------------------------------------------------------------------------------------


def as_xlsx(found: Figures, lang: str) -> bytes:
    """A workbook in the page's language. Nothing in it is a formula."""
    import openpyxl  # only where a spreadsheet is made: it takes a third of a second

    book = openpyxl.Workbook()
    book.remove(book.active)
    _sheet(book, _("Period"), _period(found), lang)
    for table in report_tables(found):
        _sheet(book, str(table.title), [list(heads_of(table)), *map(list, rows_of(table))], lang, head=True)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _period(found: Figures) -> list[list[str]]:
    period = found.period
    company = _("All") if period.company_id is None else found.companies.get(period.company_id, "")
    days = ((_("From"), period.first), (_("until"), period.last), (_("As of"), found.as_of))
    return [*([name, day.isoformat()] for name, day in days), [_("Company"), company]]


def _sheet(book: Any, title: str, rows: list[list[Any]], lang: str, head: bool = False) -> None:
    from openpyxl.styles import Font

    sheet = book.create_sheet("".join(" " if sign in r"[]:*?/\'" else sign for sign in title)[:31])
    sheet.sheet_view.rightToLeft = lang in fonts.FROM_THE_RIGHT
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row, start=1):
            _fill(sheet.cell(number, place), value)
            if head and number == 1:
                sheet.cell(number, place).font = Font(bold=True)
    sheet.freeze_panes = "A2" if head else None
    sheet.column_dimensions["A"].width = 52


def _fill(cell: Any, value: Any) -> None:
    """Numbers as numbers; all else as text, also what begins like a formula, looks like a day, or is too long a number.
    Signs that a workbook cannot hold are left out."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))
    if not text:
        return
    plain = text.removeprefix("-").replace(".", "", 1)
    if plain.isascii() and plain.isdigit() and len(plain) <= EXACT:
        cell.value = float(text) if "." in text else int(text)
        return
    cell.value, cell.number_format = text, "@"
    cell.data_type = "s"


# --- the report --------------------------------------------------------------------------------------------


def as_pdf(found: Figures, lang: str) -> bytes:
    """The report in this language: a heading and a table with its head for each figure, for screen readers too. Bars
    stand beside the numbers that they show, and are nothing that is read out."""
    with speaking(lang):
        data = {"lang": lang, "title": str(_("Figures of the complaints")), "site": site_name(), "said": between(found),
                "none": str(_("None.")), "tables": [_set(table, lang) for table in report_tables(found)]}  # fmt: skip
    return typeset("figures", data)


def _set(table: Table, lang: str) -> dict[str, Any]:
    def cells(line: Line) -> list[str]:
        return [
            Quoted(line.name),
            *(written(cell, lang) if isinstance(cell, str) else str(cell) for cell in line.cells),
        ]

    lines = [{"cells": cells(line), "share": line.share} for line in table.lines]
    return {"title": str(table.title), "note": str(table.note), "heads": [*map(str, table.heads)], "lines": lines}
