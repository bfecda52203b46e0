"""What somebody finds by words: every word that the office reads, in each language, and nothing that is not theirs."""

import dataclasses

import pytest
from sqlalchemy import delete, select, update

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.crypto.sealing import CannotOpen
from grievance.extensions import db
from grievance.maintenance import indexing
from grievance.models.case import Case, Conflict, State
from grievance.models.search import SearchBlock, SearchedWriting, SearchSegment
from grievance.models.writing import Writing
from grievance.reports import searchable, word_search
from grievance.reports.word_search import Among, find_words
from grievance.search import store
from tests.accounts.keys.test_rotation import rotate
from tests.maintenance.backup.conftest import closed_case, erase
from tests.search.conftest import file, found, said

TRUTH = {
    "en": ("He held the café’s door shut.", ["cafe", "DOORS", "doo*", '"door shut"'], ["window", '"shut door"']),
    "fr": ("Le gardien m'a menacé près de l'école.", ["ecole", "gardiens", "MENACÉ", "l'école"], ["lycee"]),
    "es": ("El guardia me amenazó el año pasado.", ["ano", "guardias", "amenazo", '"año pasado"'], ["noche"]),
    "pt": ("O segurança não nos deixou passar.", ["seguranca", "NAO", '"nao nos"'], ["portao"]),
    "ar": ("ضربني الحارس مُحَمَّد عند البوابة ٣ في ٢٠٢٤.", ["حارس", "محمد", "2024", "بوابه", "والحارس"], ["كلب"]),
    "sw": ("Mlinzi alinitishia karibu na ng'ombe wangu.", ["MLINZI", "ng’ombe", "alini*"], ["askari"]),
    "ru": ("Охранники забрали моё ружьё у ёлки.", ["охранник", "ружье", "елки", "охран*"], ["иод"]),
    "uk": ("Охоронець погрожував біля об'єкта.", ["охоронця", "об’єкта", "погрожував"], ["паркан"]),
}


@pytest.fixture
def indexed(both, noor):
    """One case in each language, all in the index."""
    references = {language: file(truth[0], language) for language, truth in TRUTH.items()}
    assert indexing.index_some(noor)
    assert searchable.waiting(9) == []
    return references


def test_words_of_eight_languages_are_found_as_people_type_them(indexed, noor):
    for language, (_text, finds, finds_not) in TRUTH.items():
        for typed in finds:
            assert indexed[language] in found(noor, typed), typed
        for typed in finds_not:
            assert indexed[language] not in found(noor, typed), typed


def test_a_name_is_found_in_the_script_that_it_was_written_in(both, noor):
    latin, arabic = file("Commander Mahmoud hit me."), file("ضربني القائد محمود", "ar")
    indexing.index_some(noor)
    assert (found(noor, "mahmoud"), found(noor, "محمود")) == ([latin], [arabic])


def test_words_that_are_in_no_segment_yet_are_found_too(both, noor):
    reference = file("The lanterns went out.")
    assert found(noor, "lanterns") == [reference] and db.session.scalar(select(SearchSegment.id)) is None


def test_notes_messages_answers_and_names_of_files_are_found(both, noor):
    reference = file("One word.", files=[demonstration.upload("barricade.txt", b"A text.")])
    demonstration.do("acknowledge", noor, reference, clock.now())
    demonstration.do("note", noor, reference, clock.now(), note="Ask about the zeppelin.")
    for _where in ("waiting", "indexed"):
        assert found(noor, "zeppelin") == found(noor, "barricade") == found(noor, "zeppelin barricade") == [reference]
        indexing.index_some(noor)
    assert {one.step for one in find_words(noor, "zeppelin word", Among()).hits[0].sentences} == {"note", "file"}


def test_no_name_of_an_identity_entry_is_found_and_a_name_in_an_account_is(both, noor):
    reference = file("Hamdiya wept.", name="Amina Zaytuna", phone="+44 20 7946 0999", share_identity="no")
    for _where in ("waiting", "indexed"):
        assert found(noor, "zaytuna") == found(noor, "7946") == [] and found(noor, "hamdiya") == [reference]
        indexing.index_some(noor)


def test_the_sentence_around_the_hit_is_shown_and_of_words_in_two_writings_one_each(both, noor):
    reference = file("It was night. The guards at the pump broke the lamp. Then they left.")
    demonstration.do("acknowledge", noor, reference, clock.now())
    demonstration.do("note", noor, reference, clock.now(), note="The lamp is a heirloom.")
    indexing.index_some(noor)
    assert said(noor, '"broke the" pump') == ["… The guards at the [pump] [broke the] lamp. …"]
    assert said(noor, "heirloom pump") == ["The lamp is a [heirloom].", "… The guards at the [pump] broke the lamp. …"]
    assert said(noor, "night left") == ["It was [night]. …", "… Then they [left]."]


def test_cases_come_newest_first_page_by_page_and_are_counted_in_full(both, noor, monkeypatch):
    monkeypatch.setattr(word_search, "PAGE", 2)
    references = [file("A lighthouse.", days=n) for n in range(5)]
    indexing.index_some(noor)
    pages = [find_words(noor, "lighthouse", Among(page=n)) for n in (1, 2, 3, 9)]
    assert [[hit.case.reference for hit in one.hits] for one in pages] == [
        references[:2], references[2:4], references[4:], references[4:]
    ]  # fmt: skip
    assert {(one.total, one.pages) for one in pages} == {(5, 3)}


def test_filters_narrow_and_what_they_do_not_know_is_left_out(both, noor):
    one, other = file("A lighthouse."), file("A lighthouse.", days=1)
    for step in ("acknowledge", "refer"):
        demonstration.do(step, noor, other, clock.now(), both.cast["Tomas"])
    state = find_case(noor, other).state
    assert state != State.RECEIVED and found(noor, "lighthouse", Among(state=state)) == [other]
    assert found(noor, "lighthouse", Among(officer=noor.account_id)) == [other]
    assert found(noor, "lighthouse", Among(company=0)) == []
    assert found(noor, "lighthouse", Among(state="nonsense", severity="?")) == [one, other]


# --- who finds nothing -------------------------------------------------------------------------------------


def test_who_is_recused_finds_nothing_of_the_case_and_does_not_count_it(both, noor):
    mine, other = file("A lighthouse."), file("A lighthouse.")
    indexing.index_some(noor)
    db.session.add(Conflict(case_id=find_case(noor, mine).id, account_id=noor.account_id))
    db.session.commit()
    assert find_words(noor, "lighthouse", Among()).total == 1 and found(noor, "lighthouse") == [other]
    assert set(found(both.cast["Tomas"], "lighthouse")) == {mine, other}


@pytest.mark.parametrize("name", ["Ines", "Victor"])
def test_nobody_but_the_secretariat_finds_anything(both, noor, name):
    file("A lighthouse.")
    indexing.index_some(noor)
    assert found(both.cast[name], "lighthouse") == []


def test_who_has_left_opens_no_segment_that_was_made_since(both, noor):
    file("A lighthouse.")
    indexing.index_some(noor)
    rotate("Noor")
    fresh = demonstration.signed_in("Noor")
    file("A windmill.")
    indexing.index_some(fresh)
    assert len(found(fresh, "lighthouse")) == len(found(fresh, "windmill")) == 1
    left = dataclasses.replace(noor, former_seeds={})
    with pytest.raises(CannotOpen):
        find_words(left, "windmill", Among())


def test_what_was_erased_is_found_no_more_and_in_no_block(both, noor):
    gone, stays = closed_case(both.cast), file("A lighthouse at the gate.")
    indexing.index_some(noor)
    assert set(found(noor, "gate")) == {gone, stays}
    blocks = set(db.session.scalars(select(SearchBlock.sealed)))
    erase(both.cast, gone)
    assert found(noor, "gate") == [stays]
    assert not blocks & set(db.session.scalars(select(SearchBlock.sealed)))
    case_id = db.session.scalar(select(Case.id).where(Case.reference == gone))
    assert db.session.scalar(select(SearchedWriting.case_id).where(SearchedWriting.case_id == case_id)) is None
    indexing.index_some(noor)
    assert found(noor, "gate") == [stays] and searchable.waiting(9) == []


def test_an_erasure_while_words_are_read_leaves_none_of_them(both, noor):
    gone = closed_case(both.cast)
    documents = [one.document() for one in searchable.of_waiting_cases(noor, searchable.newest_waiting(9))]
    erase(both.cast, gone)
    assert not store.add(documents) and db.session.scalar(select(SearchSegment.id)) is None


def test_words_that_do_not_fit_the_record_are_nobodys(both, noor):
    reference = file("A lighthouse.")
    one = db.session.scalars(select(Writing).where(Writing.compartment == "correspondence")).one()
    other = file("A windmill.")
    two = db.session.scalars(select(Writing).where(Writing.compartment == "correspondence", Writing.id != one.id)).one()
    db.session.execute(update(Writing).where(Writing.id == one.id).values(event_id=two.event_id))
    db.session.commit()
    assert found(noor, "lighthouse") == [] and found(noor, "windmill") == [other] and reference


# --- when words are indexed --------------------------------------------------------------------------------


def test_the_days_first_search_indexes_and_later_few_words_wait_until_there_are_more(both, noor, monkeypatch):
    file("A lighthouse.")
    indexing.at_a_search(noor)
    assert searchable.waiting(9) == []
    file("A windmill.")
    indexing.at_a_search(noor)
    assert searchable.waiting(9) and found(noor, "windmill")
    monkeypatch.setattr(indexing, "WAITS", 0)
    indexing.at_a_search(noor)
    assert searchable.waiting(9) == []


def test_what_another_member_indexed_meanwhile_is_not_indexed_twice(both, noor):
    file("A lighthouse.")
    documents = [one.document() for one in searchable.of_waiting_cases(noor, searchable.newest_waiting(9))]
    assert store.add(documents) and not store.add(documents)
    assert len(db.session.scalars(select(SearchSegment.id)).all()) == 1


def test_many_cases_that_wait_are_counted_and_read_by_the_button(both, noor, monkeypatch):
    monkeypatch.setattr(word_search, "WAITS", 2)
    monkeypatch.setattr(indexing, "CASES", 2)
    for _each in range(5):
        file("A lighthouse.")
    indexing.index_some(noor)
    hits = find_words(noor, "lighthouse", Among())
    assert (hits.total, hits.read, hits.unread) == (2, 2, 3)
    indexing.go_on(noor)
    hits = find_words(noor, "lighthouse", Among())
    assert (hits.total, hits.unread) == (5, 0)


@pytest.mark.parametrize("harm", ["block", "gone", "contents", "key"])
def test_a_segment_that_was_changed_is_made_again(both, noor, harm):
    reference = file("A lighthouse.")
    indexing.index_some(noor)
    changes = {
        "block": update(SearchBlock).where(SearchBlock.number == 0).values(sealed=b"x" * 4040),
        "gone": delete(SearchBlock).where(SearchBlock.number == 0),
        "contents": update(SearchSegment).values(contents=b"x" * 40),
        "key": update(SearchSegment).values(sealed=b"x" * 40),
    }
    db.session.execute(changes[harm])
    db.session.commit()
    with pytest.raises(CannotOpen):
        find_words(noor, "lighthouse", Among())
    indexing.make_again(noor)
    assert found(noor, "lighthouse") == [reference] and searchable.waiting(9)
