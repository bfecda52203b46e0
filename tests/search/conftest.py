"""Cases whose words are sought."""

from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.reports.word_search import Among, find_words

EVERYWHERE = Among()


def file(account, language="en", days=0, **answers):
    """A case with these words; its reference."""
    reference, _amina, _code = demonstration.file_one(
        clock.now() - timedelta(days=days), language, account=account, **answers
    )
    return reference


def found(person, typed, among=EVERYWHERE):
    """The references that somebody finds, the newest first."""
    return [hit.case.reference for hit in find_words(person, typed, among).hits]


def said(person, typed):
    """The sentences of the first hit, what was sought in brackets."""
    first = find_words(person, typed, EVERYWHERE).hits[0]
    return ["".join(f"[{text}]" if sought else text for text, sought in one.parts) for one in first.sentences]


@pytest.fixture
def noor(both):
    return both.cast["Noor"]
