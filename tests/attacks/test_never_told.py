"""What a company is never told, by page, letter, mail, PDF, export, feed or API (file 2, "Never told to a company").

A case that has all of it, and its twin that has none of it, go the same way; whatever the company asks for in the
whole site is the same.
"""

import shutil
from datetime import UTC, datetime
from difflib import unified_diff

import pytest
import time_machine

from grievance import clock, demonstration
from grievance.extensions import db
from tests.attacks.never_told import STRANGE, TELLING, Way, visible, walk
from tests.conftest import make_app
from tests.notify.test_outbox import port, server

__all__ = ["port"]
NOW = datetime(2026, 9, 14, 9, tzinfo=UTC)


def lived(app, cast, port, planted):
    """The way of a case in an office that has another one, of no company."""
    app.config["MAIL_URL"] = f"smtp://127.0.0.1:{port}"
    demonstration.file_one(clock.now(), company="unknown")
    with server(port) as box:
        way = Way(app, cast, planted)
        walk(way)
        way.told.mails = [_words(mail) for tos, mail in box.mails if any("victor" in to for to in tos)]
    return way


def _words(mail):
    return f"{mail['Subject']}\n{mail.get_payload(decode=True).decode()}"


@pytest.fixture
def twins(app, cast, port, sqlite_template, tmp_path):
    """(the case with all of it, its twin without), each in a site of its own."""
    with time_machine.travel(NOW, tick=False):
        one = lived(app, cast, port, planted=True)
        path = tmp_path / "twin.sqlite"
        shutil.copy(sqlite_template.path, path)
        twin = make_app(f"sqlite:///{path}", tmp_path / "twins")
        with twin.app_context():
            yield one, lived(twin, cast, port, planted=False)
            db.session.remove()
            db.engine.dispose()


def test_a_company_is_told_the_same_whether_or_not_there_is_something_to_hide(twins):
    one, other = (
        {where: [way.plain(text) for text in texts] for where, texts in way.told.pages.items()} for way in twins
    )
    assert one.keys() == other.keys()
    assert {where: _differences(one[where], other[where]) for where in one if one[where] != other[where]} == {}
    assert twins[0].told.mails == twins[1].told.mails and len(twins[0].told.mails) > 5
    assert_nothing_is_said(twins[0])


def _differences(one, other):
    lines = ["\n".join(texts).splitlines() for texts in (one, other)]
    return list(unified_diff(*lines, n=0, lineterm=""))[2:]


def assert_nothing_is_said(way):
    """Not one planted word anywhere, nor, where the case is named, a word of the program that would tell it."""
    answered = [(where, visible(text)) for where, texts in way.told.pages.items() for text in texts]
    assert {(where, word) for where, text in answered for word in STRANGE if word in text} == set()
    about = [(where, text) for where, text in answered if way.reference in text]
    assert {(where, word) for where, text in about for word in TELLING if word in text} == set()
    assert [word for mail in way.told.mails for word in (*STRANGE, *TELLING) if word in mail] == []
    assert len(about) > 100 and len(way.told.asked) > 500
