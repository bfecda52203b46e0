"""What the tests do not pay for. None of it decides what a test asserts; a test about one of these asks for the real
one: `real_derivations`, `on_disk`."""

import pickle
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, event
from werkzeug.routing import Rule

from grievance import languages
from grievance.crypto import passwords, receipt_codes, signing

WAITS_FOR_THE_DISK = ("fsync", "full_page_writes", "synchronous_commit")
"""Settings of PostgreSQL: off, a test outlives its process, never a loss of power."""
KEEPS_OLD_BYTES = ("wal_recycle",)
"""Off, a log of writes that is over is a file that goes, and no file of the next one that still holds its bytes."""


def rest_long(values: Iterable[Any], *now: Any) -> list[Any]:
    """Parameters of a test: these in every run, the rest in the long one."""
    return [value if value in now else pytest.param(value, marks=pytest.mark.long) for value in values]


def light(**given: Any) -> Argon2id:
    """Argon2id at the least cost that the standard allows. What is stored is still the product's own cost."""
    return Argon2id(**{**given, "iterations": 1, "memory_cost": 8 * given["lanes"]})


@contextmanager
def derivations(kind: Callable[..., Argon2id]) -> Iterator[None]:
    """Receipts and passwords are stretched by this, in this process alone."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (passwords, receipt_codes):
            patch.setattr(module, "Argon2id", kind)
        yield


COMPILED = ("_parts", "_trace", "_converters", "arguments", "_build", "_build_unknown")
"""What compiling gives to a rule of Werkzeug's."""


@contextmanager
def compiled_rules() -> Iterator[None]:
    """The addresses of the site are compiled once in a process: each application has a map of its own."""
    real, known = Rule.compile, {}

    def compile_once(rule: Rule) -> None:
        key = (rule.rule, rule.subdomain, rule.host, rule.merge_slashes, repr(rule.defaults))
        if key in known:
            rule.__dict__.update(known[key])
        else:
            real(rule)
            known[key] = {name: rule.__dict__[name] for name in COMPILED}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "compile", compile_once)
        yield


PARSE, LACKING, CATALOGUES = tomllib.loads, languages.lacking, Path(__file__).parent.parent / "translations"


@contextmanager
def read_once() -> Iterator[None]:
    """A table of settings that was read in this process is copied, and the program's own catalogues are asked once for
    what they lack: each application reads the same files."""
    read, asked = lru_cache(lambda text: pickle.dumps(PARSE(text))), lru_cache(LACKING)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tomllib, "loads", lambda text: pickle.loads(read(text)))
        patch.setattr(languages, "lacking", lambda *of: list((asked if of[1] == CATALOGUES else LACKING)(*of)))
        yield


@contextmanager
def verified_once() -> Iterator[None]:
    """A signature that was verified in this process is known: what fits depends on these bytes and on nothing else, and
    each application of a test reads how the same cast joined."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signing, "is_signed", lru_cache(maxsize=10_000)(signing.is_signed))
        yield


class Compiled(BytecodeCache):
    """Templates compiled once in a process: each application has an environment of its own, which knows none."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[bucket.key, bucket.checksum] = bucket.code


TEMPLATES = Compiled()
DIALECTS: dict[str, Any] = {}
STATEMENTS: dict[str, dict[Any, Any]] = {}


def share(app: Flask, engine: Engine) -> None:
    """Templates and SQL statements that an earlier application of this process has compiled are not compiled again."""
    app.jinja_env.bytecode_cache = TEMPLATES
    engine.dialect = DIALECTS.setdefault(engine.name, engine.dialect)  # a statement is known by its dialect
    engine.update_execution_options(compiled_cache=STATEMENTS.setdefault(engine.name, {}))


def do_not_wait_for_the_disk(engine: Engine) -> None:
    """SQLite gives its writes to the system and goes on."""
    if engine.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))
