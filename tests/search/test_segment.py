"""A segment says of each word where it stands, as a scan would; how many blocks it has follows from volume alone."""

import os
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.crypto.sealing import CannotOpen
from grievance.search.segment import (
    KEY,
    SEALED,
    WHOSE,
    Document,
    Reader,
    _payload,
    build,
    entries_in,
    entries_of,
    numbers_in,
    postings_in,
    room_for,
    whose_in,
)

WORD = st.text("abcdeжم", min_size=1, max_size=5) | st.text("abc", min_size=14, max_size=40)
TEXT = st.lists(WORD, max_size=60)


def document(words, volume=1024):
    places = {}
    for place, word in enumerate(words):
        places.setdefault(word, []).append(place)
    return Document(os.urandom(WHOSE), volume, places)


def built(documents):
    key = os.urandom(KEY)
    room = room_for(sum(one.volume for one in documents), len(documents))
    made = build(key, entries_of(documents), [one.whose for one in documents], room)
    return made, Reader(key, made.index, made.words)


def found(made, reader, text, whole):
    """By word, by writing, its places."""
    result = {}
    for number in reader.blocks_of(text, whole):
        for word, payload in entries_in(reader.open(number, made.blocks[number])):
            term = word.decode()
            if term == text or (not whole and term.startswith(text)):
                for which, places in postings_in(payload):
                    result.setdefault(term, {}).setdefault(which, []).extend(places)
    return result


def scanned(documents, text, whole):
    result = {}
    for which, one in enumerate(documents):
        for term, places in one.words.items():
            if term == text or (not whole and term.startswith(text)):
                result.setdefault(term, {})[which] = places
    return result


@given(st.lists(TEXT, min_size=1, max_size=12), WORD, st.booleans())
def test_a_word_and_a_beginning_are_found_as_by_a_scan(texts, sought, whole):
    documents = [document(text) for text in texts]
    made, reader = built(documents)
    for text in {sought, *texts[0][:3]}:
        assert found(made, reader, text, whole) == scanned(documents, text, whole)


def test_words_that_fill_many_blocks_are_found_whole():
    draw = random.Random(1)
    many = [f"w{draw.randrange(3000)}" for _n in range(4000)]
    documents = [document([*draw.sample(many, 300), *["the"] * 700], 4096) for _n in range(60)]
    made, reader = built(documents)
    for text, whole in (("the", True), ("w1", False), ("w12", True), ("w", False), ("x", False), ("a", True)):
        assert found(made, reader, text, whole) == scanned(documents, text, whole)
    assert len(reader.blocks_of("the", True)) > 5


@given(st.dictionaries(st.integers(0, 400), st.lists(st.integers(0, 20_000), min_size=1, max_size=150, unique=True)))
def test_writings_without_places_and_some_writings_alone_are_read_as_all_are(by_number):
    postings = [(number, sorted(places)) for number, places in sorted(by_number.items())]
    payload, some = _payload(postings), set(list(by_number)[::2])
    every = list(postings_in(payload))
    assert numbers_in(payload) == [number for number, _places in every]
    assert list(postings_in(payload, some)) == [one for one in every if one[0] in some]


def test_each_writing_says_whose_it_is():
    documents = [document(["one", "two"]) for _n in range(300)]
    made, reader = built(documents)
    for number in (0, 124, 125, 126, 299):
        block = reader.block_of_whose(number)
        assert whose_in(reader.open(block, made.blocks[block]), number) == documents[number].whose


def test_all_blocks_are_of_one_size_and_none_opens_in_anothers_place_or_by_another_key():
    made, reader = built([document(["one", "two"]) for _n in range(300)])
    assert {len(block) for block in made.blocks} == {SEALED}
    _other, stranger = built([document(["one"])])
    for wrong, number, block in ((reader, 1, made.blocks[0]), (stranger, 0, made.blocks[0])):
        with pytest.raises(CannotOpen):
            wrong.open(number, block)


def texts_of(draw, vocabulary, number):
    return [document(draw.choices(vocabulary, k=150), 1024) for _n in range(number)]


@pytest.mark.parametrize("number", [20, 99, 100, 400])
def test_the_number_of_blocks_is_the_same_whether_writings_share_their_words_or_not(number):
    draw = random.Random(2)
    letter = [f"letter{n}" for n in range(1000)]
    words = [f"word{n}" for n in range(900)]
    batch = texts_of(draw, words, number - 2)
    filler, copy = document(draw.choices(words, k=1000), 16384), document(letter, 16384)
    with_it, without = [*batch, copy, document(letter, 16384)], [*batch, filler, copy]
    (one, _reader), (other, _reader2) = built(with_it), built(without)
    assert len(one.blocks) == len(other.blocks) and len(one.index) == len(other.index)
    same = [document(batch[0].words, 1024) for _n in range(number)]
    assert len(built(same)[0].blocks) == len(built([document([f"x{n}"], 1024) for n in range(number)])[0].blocks)


def test_the_part_of_the_volume_falls_with_the_number_of_writings_but_of_those_that_are_no_texts():
    blocks = [room_for(4024 * 1000, number) for number in (1, 100, 800, 6400)]
    assert blocks == [1500, 650, 400, 300] and room_for(4024 * 1000, 6400, dense=True) == 1500


def test_more_different_words_than_a_text_has_make_a_writing_dense():
    assert document([f"n{n}" for n in range(201)], 1024).is_dense
    assert not document([f"n{n}" for n in range(200)], 1024).is_dense
