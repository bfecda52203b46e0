"""The Flask extensions, made once and bound to the application in `create_app`."""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, Protocol

from babel.support import NullTranslations, Translations
from flask import Flask, g, request
from flask_babel import Babel, Domain, force_locale, get_babel, get_locale
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import DateTime, MetaData, event
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator
from werkzeug.local import LocalProxy

from grievance import languages
from grievance.digits import filled


class Lazy(Protocol):
    """A text that is looked up when it is shown: Flask-Babel's LazyString, which has no types of its own."""

    def __html__(self) -> str: ...


Label = str | Lazy
"""A text for people, in the page's language by the time that it is shown. Never a bool."""


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC times only. SQLite would return naive ones and drop the offset without a word."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What every table subclasses: constraints have names, so that migrations can speak of them."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(column_0_label)s",
                "uq": "uq_%(table_name)s_%(column_0_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={datetime: UtcDateTime},
    )


db = SQLAlchemy(model_class=Base)
login_manager = LoginManager()
login_manager.session_protection = None  # it would hash address and browser
csrf = CSRFProtect()


class Tongues(Domain):  # type: ignore[misc]
    """Flask-Babel's, except that it does not spell the locale's name anew for each of a page's hundreds of texts."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, Any] = {}
        self.is_hers: Callable[[], bool] = lambda: False
        """Whether the request's page is for complainants: the views say it."""

    def gettext(self, string: str, **variables: Any) -> str:
        told: str = self.get_translations().ugettext(string)
        return filled(told, variables, page_language()) if variables else told

    def ngettext(self, singular: str, plural: str, num: int, **variables: Any) -> str:
        told = self.get_translations().ungettext(singular, plural, num)
        return filled(told, {"num": num, **variables}, page_language())

    def get_translations(self) -> Any:
        language = page_language()
        if language == "en" and not in_plain_words():
            return AS_IN_THE_CODE
        try:
            return self.known[language]
        except KeyError:
            return self.known.setdefault(language, _catalogue(language))


def _catalogue(language: str) -> Any:
    """By our code: Flask-Babel would look for that of CLDR, which calls some languages otherwise. Without one, and
    outside of a request, everything is said as it is in the code."""
    if not language:
        return NullTranslations()
    return Translations.load(get_babel().translation_directories[0], [language])


def page_locale() -> Any:
    """`flask_babel.get_locale()`, looked for first where that has noted it: not by way of a proxy for each question."""
    try:
        noted = g._get_current_object()._flask_babel.babel_locale  # noqa: SLF001 - docs/decisions/0016
    except (RuntimeError, AttributeError):
        noted = None
    return noted or get_locale()


AS_IN_THE_CODE, PLAIN_WORDS = NullTranslations(), "grievance.plain"


def in_plain_words() -> bool:
    """Whether this page is read by complainants. Their English is a catalogue like any language's; that of staff and
    companies is the code's own."""
    try:
        environ = request._get_current_object().environ  # type: ignore[attr-defined]
    except RuntimeError:  # no request
        return False
    told: bool | None = environ.get(PLAIN_WORDS)
    if told is None:
        told = environ[PLAIN_WORDS] = babel.domain_instance.is_hers()
    return told


def page_language() -> str:
    """Our code of the language in which texts are now looked up; "" outside of a request."""
    return languages.code_of(page_locale())


def speaking(language: str) -> AbstractContextManager[None]:
    """In another language than the page's, by our code: `flask_babel.force_locale` knows CLDR's alone."""
    told: AbstractContextManager[None] = force_locale(languages.locale_of(language))
    return told


babel = Babel()
babel.domain_instance = Tongues()
lazy_gettext: Callable[..., Lazy] = babel.domain_instance.lazy_gettext
"""For texts that are looked up when a page shows them; Flask-Babel's own looks for this domain each time."""


def let_go(_fault: BaseException | None) -> None:
    """At a request's end, before its session is closed: a line to the database that broke after the page was made
    must not turn that page into an error."""
    if not db.session.registry.has():
        return
    try:
        db.session.rollback()
    except SQLAlchemyError:
        db.session().invalidate()


def _migrations(app: Flask) -> Any:
    from flask_migrate import Migrate

    ours = dict(app.cli.commands)
    Migrate(app, db, render_as_batch=True)
    app.cli.commands = ours  # it has put its own there
    return app.extensions["migrate"]  # from now on the real one


def prepare_migrations(app: Flask) -> None:
    """Alembic is a fifth of what a web process has to load, and no page needs it: it comes when a command asks."""
    app.extensions["migrate"] = LocalProxy(lambda: _migrations(app))


PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=60000", "foreign_keys=ON", "cache_size=-512",
           "secure_delete=ON")  # fmt: skip


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    """WAL lets readers go on beside a writer; FULL, because a receipt shown is a promise (promise 8). A cache of half a
    MiB for each connection instead of 2: with ten of them a process holds 10 MiB less, and no page was slower. What is
    deleted is overwritten (`maintenance.traces`)."""
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # we say BEGIN ourselves, below
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


REMEMBERED = 512
"""Statements whose form is remembered: a page asks up to forty, and there are some hundred pages."""


@cache
def _remember_statements() -> None:
    """psycopg reads each statement of more than 4,096 characters anew whenever it is sent, and the queue's counts have
    15,000; of shorter ones it knows 128 (docs/decisions/0105). These names are its own: without them it is slower."""
    try:
        from psycopg import _queries

        known = lru_cache(REMEMBERED)(_queries._query2pg_nocache)  # noqa: SLF001
    except (ImportError, AttributeError):
        return
    _queries.MAX_CACHED_STATEMENT_LENGTH = 32_768
    _queries._query2pg = known  # noqa: SLF001


@event.listens_for(Engine, "connect")
def _prepare_postgresql(connection: Any, _record: object) -> None:
    """The server keeps the plans of what is asked often, and not of the newest hundred alone."""
    if hasattr(connection, "prepared_max"):
        _remember_statements()
        connection.prepared_max = REMEMBERED


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Who reads sees one moment, whatever is committed between two of its statements: a page that compares a case with
    its record would else take a step of somebody's for a change from outside. A writer (`writes`) says so at once, and
    sees what is: a snapshot that is read first and written later loses updates or fails."""
    writes = bool(connection.get_execution_options().get("writes"))
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
    else:
        _begins_with(connection.connection.dbapi_connection, READ_COMMITTED if writes else REPEATABLE_READ)


READ_COMMITTED, REPEATABLE_READ = 2, 3
"""As psycopg counts them."""


def _begins_with(connection: Any, isolation: int) -> None:
    """psycopg says it with its BEGIN: it is no statement more."""
    if connection.isolation_level != isolation:
        connection.isolation_level = isolation
