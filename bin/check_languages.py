"""Whether the desk of a company is whole in each language that it is offered in: `python -m bin.check_languages`.

Which texts a person of a company can be shown is found in the code (`bin/company_texts.py`, `bin/company_pages.py`)
and in the tables: the rows that a company takes, the events, letters, limits and answers that it reads. `make check`
fails with each of these texts that is missing, by language, with where it stands; `python -m bin.check_languages fr`
prints what French lacks as entries to be filled in and put into its catalogue.
"""

import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from bin import company_pages, company_texts, translations
from bin.company_texts import Name, message_of
from grievance.accounts.roles import ROLES
from grievance.deadlines.kinds import DUTIES
from grievance.deadlines.timetable import load
from grievance.extensions import Label
from grievance.forms.choices import LANGUAGES
from grievance.forms.fields import Field
from grievance.models.people import Role
from grievance.models.sides import COMPANY
from grievance.record.letters import FORMER_COMPANY
from grievance.reports.answer_view import PLAIN, label_of
from grievance.reports.office_waits import LINES
from grievance.reports.queue_asked import FOR_COMPANIES
from grievance.views import faces
from grievance.workflow import beside, labels
from grievance.workflow.choice_sources import NOTHING_TO_CHOOSE
from grievance.workflow.events import NOTED, Noted
from grievance.workflow.procedure import ROWS
from grievance.workflow.readers import HANDED
from grievance.workflow.row import Row
from grievance.workflow.told import addressed
from grievance.workflow.words import COUNTS

ROOT = Path(__file__).parents[1]
FACES = (faces.COMPANY, faces.ACCOUNT, faces.CALENDAR)
BESIDE_THE_FACES = ("grievance.views.errors", "grievance.views.sent_twice", "grievance.views.rate_limit",
                    "grievance.views.tabs", "grievance.views.refusals", "grievance.views.account.asking",
                    "grievance.views.account.enrolment")  # fmt: skip
"""What speaks on their pages and belongs to no face."""
MAILS: tuple[Name, ...] = (("grievance.notify.smtp", "message"), ("grievance.notify.account_mail", "message"),
                           ("grievance.notify.code_mail", "message"))  # fmt: skip
WORDS = ("grievance.workflow.words", "grievance.workflow.labels")
APART: dict[str, str] = {
    **dict.fromkeys(
        ("grievance.workflow.table", "grievance.workflow.procedure", "grievance.workflow.events",
         "grievance.workflow.labels", "grievance.workflow.letter_texts", "grievance.workflow.questions",
         "grievance.workflow.row", "grievance.workflow.words.COUNTS", "grievance.deadlines.kinds.DUTIES",
         "grievance.workflow.choice_sources.SOURCES", "grievance.workflow.choice_sources.NOTHING_TO_CHOOSE",
         "grievance.reports.office_waits.LINES", "grievance.accounts.roles.ROLES", "grievance.workflow.beside.EVERY"),
        "its rows are looked at one by one, below"),
    **dict.fromkeys(
        ("grievance.views.account.backup_paper", "grievance.accounts.keys.backup_paper",
         "grievance.accounts.about_me", "grievance.accounts.changes", "grievance.accounts.absence",
         "grievance.accounts.keys.vouching", "grievance.accounts.keys.recovery",
         "grievance.accounts.keys.company_keys", "grievance.reports.backups", "grievance.reports.stuck",
         "grievance.reports.reach", "grievance.reports.wish", "grievance.reports.identities",
         "grievance.reports.packet", "grievance.reports.alongside", "grievance.reports.raised",
         "grievance.reports.proposals", "grievance.reports.members", "grievance.views.comes_next",
         "grievance.views.in_between", "grievance.workflow.post", "grievance.workflow.spoken",
         "grievance.workflow.summaries", "grievance.workflow.unanswered", "grievance.workflow.corrections",
         "grievance.workflow.delicate", "grievance.workflow.custody", "grievance.workflow.file_words",
         "grievance.workflow.taking_back", "grievance.workflow.whose_word", "grievance.workflow.heard_from_her",
         "grievance.desk.message_templates", "grievance.desk.saved_views", "grievance.notify.tasks_due",
         "grievance.accounts.spoken_for", "grievance.intake.filing", "grievance.workflow.discussion",
         "grievance.accounts.who_could", "grievance.reports.track", "grievance.workflow.protection",
         "grievance.views.account.fingerprints.HALF", "grievance.views.account.fingerprints.COMPANY_KEY",
         "grievance.views.account.fingerprints.VOUCH", "grievance.views.account.fingerprints.CALL_COMPANY",
         "grievance.views.account.fingerprints.ask_half", "grievance.views.account.fingerprints.hand_over_half",
         "grievance.accounts.keys.escrow.hand_over", "grievance.views.account.people._role",
         "grievance.views.account.people.propose_role", "grievance.views.account.people.propose_head",
         "grievance.views.account.people.decide_change", "grievance.views.account.people._away",
         "grievance.views.account.people.away", 
         "grievance.views.account.people.make_paper", "grievance.views.account.people.recover",
         "grievance.views.account.sign_in._about", "grievance.views.account.sign_in.say_about",
         "grievance.views.pages._identity", "grievance.accounts.language.OF_THE_OFFICE",
         "grievance.accounts.leaving.UNASSIGNED", "grievance.reports.answer_view.ASKED",
         "grievance.reports.people._group", "grievance.workflow.unfit.TO_THE_OFFICE", "grievance.views.faces.DESK",
         "grievance.views.faces.CUSTODIAN", "grievance.views.faces.OBSERVER", "grievance.concerns.board_papers",
         "grievance.views.faces.BOARD",
         "grievance.views.faces.PUBLIC", "grievance.views.faces.FOLLOW",
         "grievance.views.pages._preview"),
        "of the office or of her alone: the view, the verb or the row refuses everybody else"),
}  # fmt: skip
"""Definitions, or modules, that are not followed, and why."""


def company_texts_by_place() -> dict[str, set[str]]:
    """Every text that a company can be shown, with where it stands."""
    found = company_texts.reached(_roots(), APART)
    places: dict[str, set[str]] = {}
    for text, place in company_texts.texts_of(found):
        places.setdefault(text, set()).add(place)
    pages = company_pages.with_included(company_texts.templates_named(found))
    words = [(where, table) for kept in pages.values() for table in company_pages.words_of(kept) for where in WORDS]
    for text, place in company_texts.texts_of(company_texts.reached(words, APART)):
        places.setdefault(text, set()).add(place)
    for page, kept in pages.items():
        for text in company_pages.texts_of(kept):
            places.setdefault(text, set()).add(f"templates/{page}")
    for text in {message_of(one) for one in (*_said_by_rows(), *_said_by_states(), *_said_by_limits(), *_counted())} - {
        ""
    }:
        places.setdefault(text, {"a row of the tables"})
    return places


def _roots() -> Iterator[Name]:
    modules = [f"grievance.views.{one}" for face in FACES for one in face.modules]
    for name in (*modules, *BESIDE_THE_FACES):
        here = company_texts.module(name)
        yield from ((name, defined) for defined in (here.defined if here else ()))
    yield from MAILS
    for row in ROWS:
        if Role.COMPANY in row.who:
            for function in (*row.only_if, *row.then):
                yield from company_texts.definitions_of(function)


# --- what the rows say --------------------------------------------------------------------------------------


def _said_by_rows() -> Iterator[Label]:
    for row in ROWS:
        if Role.COMPANY in row.who:
            yield from (row.title, row.follows)
            yield from (text for asked in row.asks for text in question(asked))
            yield from (text for function in row.only_if for text in company_texts.held_texts(function))
        read = COMPANY in addressed(row)
        for asked in row.asks:
            if asked.sealed_into in HANDED or (read and asked.sealed_as_chosen):
                yield label_of(row.step, asked.name)
                yield from (text for _key, text in asked.choices)
    for one in (*ROWS, *NOTED):
        yield from (
            letter.text.words
            for letter in (*one.letters, *getattr(one, "may_send", ()))
            if letter.recipient in (COMPANY, FORMER_COMPANY)
        )
        if COMPANY in one.event.shown_to or _leaves_words_for_it(one):
            yield one.event.words
        if one.event.told_company_as:
            yield labels.HAPPENED[one.event.told_company_as]
    for asked in (one for fields in PLAIN.values() for one in fields):
        if COMPANY in (asked.readers or ()) or asked.company_reads:
            yield asked.read_as or asked.label
            yield from (text for _key, text in (*asked.choices, *asked.besides))


def _leaves_words_for_it(one: Row | Noted) -> bool:
    """Whether a writing comes with it that a company reads, or looks at before it goes: it is headed by the event."""
    asks = one.asks if isinstance(one, Row) else ()
    return COMPANY in addressed(one) or any(asked.sealed_into in HANDED for asked in asks)


def _said_by_states() -> Iterator[Label]:
    """Why a state beside the state refuses what a company does, and what waits for its people."""
    steps = {row.step for row in ROWS if Role.COMPANY in row.who}
    for state in beside.EVERY:
        if any(state.sees_wrong(step, beside.Does.COMPANYS) for step in steps):
            yield from state.says
    for line in LINES:
        if Role.COMPANY in line.roles:
            yield next(one for one in line.says.__code__.co_consts if isinstance(one, str))
    yield ROLES[Role.COMPANY].words


def question(asked: Field) -> Iterator[Label]:
    yield from (asked.label, asked.help, asked.read_as, asked.needed_if, asked.on_yes, asked.on_no, asked.missing)
    yield from (text for _key, text in asked.choices)
    yield NOTHING_TO_CHOOSE.get(asked.kind, "")


def _counted() -> Iterator[Label]:
    """The filters of a company's queue."""
    yield from (COUNTS[show] for show in FOR_COMPANIES)


def _said_by_limits() -> Iterator[Label]:
    kinds = load(ROOT / "procedure.toml").kinds
    for duty in DUTIES:
        if COMPANY in duty.shown_to:
            yield from (duty.words, duty.yours or "", kinds[duty.key].source)


def missing(texts: Iterable[str]) -> dict[str, list[str]]:
    """By language: which of these texts it lacks."""
    state = translations.state()
    return {code: sorted(set(texts) - state[code][0]) for code, _name in LANGUAGES if code in state}


def report() -> Iterator[str]:
    """A line for each text that a language lacks in which the desk is offered, with where it stands."""
    places = company_texts_by_place()
    for code, texts in missing(places).items():
        if code in faces.COMPANY_LANGUAGES:
            yield from (f"{code}: {min(places[text])}: {' '.join(text.split())}" for text in texts)
        elif not texts:
            yield f"{code}: nothing is missing, and COMPANY_LANGUAGES in grievance/views/faces.py does not offer it"


def entries(language: str) -> Iterator[str]:
    """What a language lacks, as entries of its catalogue: filled in, they are put into the file as they are."""
    places, found = company_texts_by_place(), translations.found()
    catalogue = translations.read(translations.catalogues()[language])
    for text in missing(places)[language]:
        yield f"#. {min(places[text])}\n{entry(language, text, found, catalogue)}"


def entry(language: str, text: str, *known: Catalog) -> str:
    """A text as an entry to be filled in, with its plural where one of these catalogues knows it."""
    message = next((message for one in known if (message := one.get(text))), None)
    made, body = Catalog(locale=language), BytesIO()
    made.add(message.id if message else text)
    write_po(body, made, omit_header=True, width=120)
    return f"{body.getvalue().decode().strip()}\n"


def main(asked: list[str]) -> int:
    if asked:
        print(*entries(asked[0]), sep="\n")
        return 0
    lines = list(report())
    if lines:
        print(*lines, "Entries to fill in: python -m bin.check_languages LANGUAGE", sep="\n")
    return bool(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
