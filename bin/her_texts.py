"""Every text that a complainant can be shown, by which a language is measured before it is switched on: written into
translations/complainants.json by `make docs`, and read there when the program starts (`grievance.languages.lacking`).

What her pages say is found in the code as for companies (`bin/company_texts.py`): the functions of the faces PUBLIC and
FOLLOW, with all that they name, and the templates that they render. What the rows say to her comes from the tables.
`python -m bin.her_texts so` prints what Somali lacks, as entries to be filled in and put into its catalogue.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from bin import company_pages, company_texts, translations
from bin.check_languages import APART, entry, question
from bin.company_texts import Name, message_of
from grievance import languages
from grievance.deadlines.kinds import DUTIES
from grievance.deadlines.timetable import load
from grievance.extensions import Label
from grievance.forms import vocabulary
from grievance.models.people import Role
from grievance.models.sides import COMPLAINANT
from grievance.reports.answer_view import PLAIN, label_of
from grievance.views import faces
from grievance.views.public import form_pages
from grievance.workflow import labels, readers, words
from grievance.workflow.events import NOTED
from grievance.workflow.procedure import ROWS

ROOT = Path(__file__).parents[1]
FILE = ROOT / "translations" / languages.LIST
BESIDE_THE_FACES = ("errors", "sent_twice", "rate_limit", "tabs", "refusals", "letter_page", "in_between", "lost_files")
"""Modules of `views` that speak on her pages and belong to no face."""
OF_HERS = ("grievance.reports.letters", "grievance.reports.other_doors", "grievance.notify.signs",
           "grievance.notify.sign_texts")  # fmt: skip
OFFICES = {
    "grievance.intake.opening": "what the office lacks before it opens: she is told that it is not open yet",
    "grievance.notify.sign_texts": "what the office is asked about its texts",
}
"""Modules of which her pages show a part alone; their other texts are the office's."""

ON_HER_PAGES = ("groups", "topics")
"""Lists of the vocabulary: on the form, and what her complaint is about once an officer has coded it."""
BESIDES = (
    "%(day)s, %(time)s, %(place)s",
    "Answered",
    "Ask our office (the Secretariat):",
    "By itself, when it was time",
    "Done",
    "Figures of the complaints",
    "For clients: companies that keep the Code",
    "If you choose nothing, nothing is sent.",
    "If you say that it is right: %(company)s reads this, word for word, and keeps it.",
    "In this complaint you are not asked this.",
    "Leave",
    "Leave: hides this page",
    "No wish for deletion waits for an answer.",
    "Nothing that was written down waits for your word.",
    "Nothing was sent to the company so far.",
    "The company is not told of this at once, but early the next morning.",
    "The company says: done",
    "There is nothing to read now that waits for an answer.",
    "To the first page",
    "We do not send you letters by post.",
    "What you take back ends from now on. What the company was sent stays with it. It was sent on:",
    "With the company",
    "decide a proposal",
    "look again at the suspension",
    "look at the safety",
    "look at the safety again",
    "look at the safety at once",
    "moved to the next business day",
    "tell the company that the case was escalated",
    "the day it began, not counted",
    "weekend",
    "within %(num)d day",
)
"""What stands around every page, what a table of the pages holds for two sides, and refusals that are put together: the
walk through her pages (tests/views/test_languages.py) asks for these and finds them here."""


def every() -> set[str]:
    """Each text, in the English of the code."""
    known = {text for text, place in company_texts.texts_of(_found()) if not _is_the_offices(place)}
    pages = company_pages.with_included(company_texts.templates_named(_found()))
    known.update(BESIDES)
    return known | {text for kept in pages.values() for text in company_pages.texts_of(kept)} | of_rows()


def _found() -> set[Name]:
    return company_texts.reached(_roots(), APART)


def _roots() -> Iterator[Name]:
    hers = [one for face in (faces.PUBLIC, faces.FOLLOW) for one in face.modules if one not in face.in_fewer]
    for name in (*(f"grievance.views.{one}" for one in (*hers, *BESIDE_THE_FACES)), *OF_HERS):
        here = company_texts.module(name)
        yield from ((name, defined) for defined in (here.defined if here else ()))
    for row in ROWS:
        if Role.COMPLAINANT in row.who:
            for function in (*row.only_if, *row.then):
                yield from company_texts.definitions_of(function)


def _is_the_offices(place: str) -> bool:
    return any(place.startswith(f"{module}.") and not place.endswith(".closed") for module in OFFICES)


def of_rows() -> set[str]:
    """What the tables' rows say to her."""
    rows = [row for row in ROWS if Role.COMPLAINANT in row.who]
    texts: list[Label] = [text for row in rows for text in (row.title, row.follows)]
    texts += [
        text for f in (*form_pages.FIELDS.values(), *(f for row in rows for f in row.asks)) for text in question(f)
    ]
    texts += [text for row in rows for only in row.only_if for text in company_texts.held_texts(only)]
    texts += [label_of(row.step, f.name) for row in ROWS for f in row.asks if f.sealed_into in readers.TOLD]
    told = [*ROWS, *NOTED]
    texts += [letter.text.words for one in told for letter in one.letters if letter.recipient == COMPLAINANT]
    hers = [one.event for one in told if COMPLAINANT in one.event.shown_to]
    texts += [words for event in hers for words in (event.words, event.yours) if words is not None]
    plain = [f for fields in PLAIN.values() for f in fields if COMPLAINANT in (f.readers or ())]
    texts += [text for f in plain for text in (f.read_as or f.label, *(t for _key, t in (*f.choices, *f.besides)))]
    texts += words.READ_BY_YOU.values()
    texts += [*words.IDENTITY.values(), *words.REASONS.values(), *words.REMEDY.values(), *words.STATES.values()]
    texts += [duty.words for duty in DUTIES if COMPLAINANT in duty.shown_to]
    texts += [labels.owed_what(duty, COMPLAINANT) for duty in DUTIES if COMPLAINANT in duty.shown_to]
    texts += [kind.source for kind in load(ROOT / "procedure.toml").kinds.values()]
    words_of_the_field = vocabulary.load(ROOT / "vocabulary.toml").lists
    texts += [label for name in ON_HER_PAGES for label in words_of_the_field[name].values()]
    return {message_of(text) for text in texts} - {""}


def main(asked: list[str]) -> int:
    if not asked:
        FILE.write_text(json.dumps(sorted(every()), ensure_ascii=False, indent=0) + "\n")
        return 0
    done, found = translations.state()[asked[0]][0], translations.found()
    lacking = sorted(every() - done)
    print(*(entry(asked[0], text, found) for text in lacking), sep="\n")
    return bool(lacking)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
