"""The sides that the site shows to different people, and what is true of each: one row a face.

Whoever adds a role adds a member of `Role`, a row here and its pages. Nothing else in the program knows a side by the
beginning of an address or by the name of a blueprint; tests/views/test_faces.py names what a row lacks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module

from flask import Flask, current_app, has_request_context, request

from grievance import languages
from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.models.people import SECRETARIAT_ROLES, Role

EVERY_LANGUAGE = languages.CODES
STAFF_LANGUAGES = ("en",)
"""What the desks of the office are translated into: a page that is half in one language and half in another helps
nobody."""
COMPANY_LANGUAGES = languages.EVERYWHERE
"""The same of a company's desk, and of the pages of an account: those of which no text is missing, or `make check`
fails (`bin/check_languages.py`)."""


@dataclass(frozen=True)
class Face:
    """One side of the site. Endpoints are named as `url_for` takes them; an empty one says that there is none."""

    name: str
    """What templates know it by, as `face`."""
    prefix: str
    """What its addresses begin with."""
    modules: tuple[str, ...]
    """Modules of this package, each with a blueprint `bp` whose addresses come after the prefix."""
    served_by: tuple[str, ...]
    """Values of the setting `FACES`, any of which brings it; none where every process has it."""
    languages: tuple[str, ...]
    in_fewer: tuple[str, ...] = ()
    """Those of its modules whose pages no complainant needs: they are in the languages that are everywhere."""
    roles: frozenset[Role] = frozenset()
    """Who works here; nobody in particular where it is empty."""
    layout: str = ""
    """What surrounds its pages: `public` with the way to leave, `desk` with the person's pages, `account` with neither.
    Empty: it has no page but refusals, and they look like those of an address that does not exist."""
    start: str = ""
    """Endpoint of the first page of these roles, and `title`: what the link to it says."""
    title: Label = ""
    case: str = ""
    """Endpoint of the page of one case."""
    entry: str = "account.sign_in"
    """Endpoint of the page where one shows who one is."""
    keeps_words: bool = False
    """Whether what was typed comes back on the page to sign in again, when the session ended meanwhile."""
    noted: bool = False
    """Whether each request leaves a line in the log: never for public pages (`views.watch` says why), and for a new
    face not before somebody has thought about it."""
    problems: bool = False
    """Whether refusals are problem documents, and not pages."""
    differs: bool = True
    """Whether its pages can be others for somebody else, so that their sizes are nobody's business (`views.sizes`)."""


PUBLIC = Face(
    name="public",
    prefix="",
    modules=(
        "public.home",
        "public.members",
        "public.editions",
        "public.filing",
        "public.begun",
        "public.receipt",
        "public.paper",
        "public.new_receipt",
        "public.lessons",
        "public.ask",
        "public.verify",
        "public.help",
    ),
    served_by=("public", "form", "follow"),
    languages=EVERY_LANGUAGE,
    in_fewer=("public.members", "public.editions", "public.lessons", "public.ask"),
    layout="public",
    start="public.home",
    entry="public.follow",
    differs=False,
)
FOLLOW = Face(
    name="status", prefix="/follow/case", modules=("public.status", "public.group"),
    served_by=PUBLIC.served_by,
    languages=EVERY_LANGUAGE, roles=frozenset({Role.COMPLAINANT, Role.REPRESENTATIVE}), layout="public",
    start="status.show", case="status.show", entry="public.follow", keeps_words=True,
)  # fmt: skip
DESK = Face(
    name="desk",
    prefix="/desk",
    modules=(
        "desk.cases",
        "desk.searching",
        "desk.triage",
        "desk.handed_codes",
        "desk.handing_over",
        "desk.many",
        "desk.going_out",
        "desk.absences",
        "desk.figures",
        "desk.editions",
        "desk.incidents",
        "desk.concerns",
        "desk.monitoring",
        "desk.enquiries",
        "desk.field",
        "desk.promised",
        "desk.tasks",
        "desk.other_doors",
        "desk.public_texts",
        "desk.board",
        "desk.public_questions",
        "desk.card_sheets",
        "desk.hotlines",
        "desk.paper_letters",
        "desk.evidence",
        "desk.retention",
        "desk.admin",
        "desk.changes",
        "desk.company_calendars",
        "desk.publishing",
        "desk.register_names",
        "desk.message_templates",
        "desk.sign_texts",
    ),
    served_by=("desk",),
    languages=STAFF_LANGUAGES,
    roles=SECRETARIAT_ROLES,
    layout="desk",
    start="desk.show_queue",
    title=_l("Queue"),
    case="desk.case",
    keeps_words=True,
    noted=True,
)
CUSTODIAN = Face(
    name="custodian", prefix="/custodian", modules=("desk.custodian",), served_by=("desk",), languages=STAFF_LANGUAGES,
    roles=frozenset({Role.CUSTODIAN}), layout="desk", start="custodian.show_requests", title=_l("Requests"),
    noted=True,
)  # fmt: skip
OBSERVER = Face(
    name="observer", prefix="/observer", modules=("observer.front",), served_by=("desk",), languages=STAFF_LANGUAGES,
    roles=frozenset({Role.OBSERVER}), layout="desk", start="observer.show", title=_l("Overview"), noted=True,
)  # fmt: skip
BOARD = Face(
    name="board", prefix="/board", modules=("board.seat",), served_by=("desk",), languages=STAFF_LANGUAGES,
    roles=frozenset({Role.BOARD}), layout="desk", start="board.show", title=_l("The Board"), noted=True,
)  # fmt: skip
COMPANY = Face(
    name="company",
    prefix="/company",
    modules=(
        "company.referrals",
        "company.kept",
        "company.own_wordings",
        "company.questions",
        "company.own_figures",
        "company.asked",
        "company.reply",
        "company.one_answer",
    ),
    served_by=("company",),
    languages=COMPANY_LANGUAGES,
    roles=frozenset({Role.COMPANY}),
    layout="desk",
    start="company.show_queue",
    title=_l("Queue"),
    case="company.case",
    keeps_words=True,
    noted=True,
)
ACCOUNT = Face(
    name="account", prefix="/account",
    modules=(
        "account.sign_in", "account.passkeys", "account.people", "account.fingerprints", "account.sign_ins",
        "account.own_address", "account.company_tokens", "account.company_webhooks", "account.backup_paper",
    ),
    served_by=("desk", "company"),
    languages=COMPANY_LANGUAGES, layout="account", start="account.start", noted=True,
)  # fmt: skip
CALENDAR = Face(
    name="calendar",
    prefix="/calendar",
    modules=("account.calendar",),
    served_by=("desk", "company"),
    languages=EVERY_LANGUAGE,  # of its only page, that of no such address, which looks like any other
)
API = Face(
    name="api", prefix="/api", modules=("api.complaints", "api.hotline"), served_by=("api",),
    languages=EVERY_LANGUAGE, problems=True,
)  # fmt: skip
FIELD = Face(
    name="field", prefix="/openrosa", modules=("openrosa",), served_by=("api",), languages=EVERY_LANGUAGE,
    problems=True,
)  # fmt: skip
COMPANY_API = Face(
    name="company_api",
    prefix="/api/v1/company",
    modules=("api.company",),
    served_by=("company",),
    languages=COMPANY_LANGUAGES,
    noted=True,
    problems=True,
)
HEALTH = Face(name="health", prefix="", modules=("health",), served_by=(), languages=STAFF_LANGUAGES, differs=False)

FACES = (PUBLIC, FOLLOW, DESK, CUSTODIAN, OBSERVER, BOARD, COMPANY, ACCOUNT, CALENDAR, API, FIELD, COMPANY_API, HEALTH)
SETTINGS = tuple(dict.fromkeys(value for face in FACES for value in face.served_by))
"""What the setting `FACES` may list."""


def served(settings: Iterable[str]) -> tuple[Face, ...]:
    """The faces of a process with these values of `FACES`."""
    return tuple(face for face in FACES if not face.served_by or set(face.served_by) & set(settings))


def of_role(role: Role) -> Face:
    """Where people of this role work. Raises LookupError for the clock, which has no pages."""
    try:
        return next(face for face in FACES if role in face.roles)
    except StopIteration:
        raise LookupError(f"{role} has no face: give it a row in views/faces.py") from None


def is_served(face: Face) -> bool:
    """Whether this process has its pages: no link can be made to others."""
    return face in current_app.extensions["faces"].values()


def here() -> Face | None:
    """The face of the page that is asked for; None where there is no such page, or no request."""
    return of_endpoint(request.endpoint) if has_request_context() else None


def of_endpoint(endpoint: str | None) -> Face | None:
    """The face of a page of this process; None for what belongs to none, like a style sheet."""
    found: Face | None = current_app.extensions["faces"].get((endpoint or "").rpartition(".")[0])
    return found


def around() -> Face:
    """The same, or the face among whose addresses it would be: the one with the longest prefix."""
    if found := here():
        return found
    path = request.path if has_request_context() else ""
    theirs = [face for face in FACES if f"{path}/".startswith(f"{face.prefix}/")]
    return max(theirs, key=lambda face: len(face.prefix))


def languages_here() -> tuple[str, ...]:
    """In which languages there is the page that is asked for."""
    return languages.EVERYWHERE if in_fewer_languages() else around().languages


def in_fewer_languages() -> bool:
    """Whether it is one that no complainant needs."""
    endpoint = request.endpoint if has_request_context() else None
    return (endpoint or "").rpartition(".")[0] in current_app.extensions["in fewer languages"]


def init_app(app: Flask) -> None:
    """Register the pages of the faces that this process serves."""
    app.extensions["faces"], app.extensions["in fewer languages"] = {}, set()
    for face in served(app.config["FACES"]):
        for module in face.modules:
            bp = import_module(f"grievance.views.{module}").bp
            app.extensions["faces"][bp.name] = face
            if module in face.in_fewer:
                app.extensions["in fewer languages"].add(bp.name)
            app.register_blueprint(bp, url_prefix=f"{face.prefix}{bp.url_prefix or ''}" or None)
