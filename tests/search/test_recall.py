"""Everything that a scan of the opened texts finds is found, and nothing else."""

import pytest

from grievance.search.asking import ask
from grievance.search.query import parsed
from grievance.search.words import words_of
from tests.search.cases import Office, segment

PER_SEGMENT = 700


def scanned(read, known, clauses):
    """By a look at each text: the cases that have all clauses, whichever of their writings has which. `read`: (case,
    all its terms, the terms of each word) of each text; `known`: all terms that there are."""
    found = []
    for clause in clauses:
        meant = [{term for term in known if element.means(term)} for element in clause]
        with_all = [one for one in read if not any(one[1].isdisjoint(terms) for terms in meant)]
        found.append({case for case, _terms, words in with_all if _stands(meant, words)})
    return set.intersection(*found)


def _stands(meant, words):
    """Whether words that are meant follow each other; of a text that has each of them, so that one alone stands."""
    starts = [at for at in range(len(words) - len(meant) + 1) if not meant[0].isdisjoint(words[at])]
    return any(all(map(_is_one, meant[1:], words[at + 1 :])) for at in starts) if meant[1:] else True


def _is_one(terms, word):
    return not terms.isdisjoint(word)


@pytest.mark.parametrize("cases", [200, pytest.param(10_000, marks=pytest.mark.long)])
def test_recall_and_precision_are_one_against_a_scan(cases):
    office = Office(cases)
    read = []
    for case, text in office.texts:
        words = [word.terms for word in words_of(text)]
        read.append((case, frozenset().union(*words), words))
    known = frozenset().union(*(terms for _case, terms, _words in read))
    documents = office.documents()
    clear, rest = documents[:15], documents[15:]
    segments = [segment(rest[at : at + PER_SEGMENT], at + 1)[0] for at in range(0, len(rest), PER_SEGMENT)]
    wrong, hits = [], 0
    for typed in office.queries(120):
        clauses = parsed(typed)
        found = ask(clauses, segments, clear)
        cases_found = {int(case, 16) for case in set(found[0]).intersection(*found[1:])}
        hits += len(cases_found)
        if cases_found != scanned(read, known, clauses):
            wrong.append(typed)
    assert wrong == [] and hits > cases
