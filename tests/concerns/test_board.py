"""The Board's seats: a measure is sent to those that do not stand aside, they vote, and the decision counts that."""

import pytest
import time_machine
from sqlalchemy import select

from grievance import demonstration
from grievance.accounts import people
from grievance.concerns import board_papers, board_seats, words
from grievance.demonstration import PASSWORD
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.maintenance import doctor
from grievance.models.board import BoardCopy, TieKind
from grievance.models.concern import ConcernMail, ConcernWords, Stands
from grievance.models.people import Account, Role
from grievance.record import chain
from tests.accounts import two_people
from tests.accounts.test_observers import window
from tests.concerns import road
from tests.times import days_later
from tests.views.test_routes import client_of

DOSSIER = "The day passed. The company says that it was late."
PILLARS = {"Greta": "government", "Ivan": "industry", "Cora": "civil_society"}


@pytest.fixture(autouse=True)
def _in_a_language(app):
    with app.test_request_context():
        yield


def seat(cast, name, pillar=""):
    """Somebody of the Board; of the second one on admitted by the first."""
    people.accept(people.invite(cast["Tomas"], f"{name.lower()}@example.org", name, Role.BOARD), PASSWORD)
    account = db.session.scalars(select(Account).where(Account.name == name)).one()
    first = db.session.scalars(select(Account).where(Account.role == Role.BOARD).order_by(Account.id)).first()
    if first.id != account.id:
        two_people.admit(demonstration.signed_in(first.name), account.id)
    if pillar:
        board_seats.set_pillar(cast["Tomas"], account.id, {"pillar": pillar})
    return demonstration.signed_in(name)


def board(cast):
    return {name: seat(cast, name, pillar) for name, pillar in PILLARS.items()}


def before_the_board(cast):
    """A measure that the company answered: its concern and its item."""
    concern_id = road.opened(cast)
    item_id = road.both(cast, "propose_measure", concern_id)
    road.take(cast["Victor"], "answer_grounds", concern_id, item_id)
    return concern_id, item_id


def sent(cast, item_id, words=DOSSIER):
    return board_papers.send(cast["Tomas"], item_id, {"words": words})


def stands_aside(person, kind="client"):
    board_seats.declare(person, {"company": str(road.company_id()), "kind": kind})


def test_each_seat_reads_the_dossier_under_its_own_key_and_nobody_elses_opens_it(app, cast):
    seats = board(cast)
    _concern, item_id = before_the_board(cast)
    paper = sent(cast, item_id)
    for person in seats.values():
        assert board_papers.read(person, paper)[1] == DOSSIER
    copies = db.session.scalars(select(BoardCopy)).all()
    assert len(copies) == 3 and all(DOSSIER.encode() not in one.sealed for one in copies)
    with pytest.raises(LookupError):
        board_papers.read(cast["Tomas"], paper)
    assert {one.account_id for one in seats.values()} in [
        set(to) for to in db.session.scalars(select(ConcernMail.to_mail))
    ]
    assert chain.verify() == [] and doctor.examine() == []


def test_who_stands_aside_gets_no_copy_reads_nothing_and_has_no_vote(app, cast):
    seats = board(cast)
    stands_aside(seats["Ivan"], "own")
    _concern, item_id = before_the_board(cast)
    paper = sent(cast, item_id)
    with pytest.raises(board_papers.Aside):
        board_papers.read(seats["Ivan"], paper)
    with pytest.raises(board_papers.Aside):
        board_papers.vote(seats["Ivan"], paper, {"vote": "for"})
    page = window(app, "Ivan").get(f"/board/papers/{paper}")
    assert page.status_code == 403 and "You stand aside in this matter" in page.text and DOSSIER not in page.text
    copy = db.session.get(BoardCopy, (paper, seats["Ivan"].account_id))
    assert (copy.sealed, copy.tie) == (None, TieKind.OWN)


def test_who_says_it_later_loses_the_copy_and_the_vote_and_gets_neither_back_by_taking_it_back(app, cast):
    seats = board(cast)
    _concern, item_id = before_the_board(cast)
    paper = sent(cast, item_id)
    board_papers.vote(seats["Ivan"], paper, {"vote": "against"})
    stands_aside(seats["Ivan"])
    with pytest.raises(board_papers.Aside):
        board_papers.read(seats["Ivan"], paper)
    ((number, _company, _why),) = board_seats.ties_of(seats["Ivan"].account_id)
    with pytest.raises(Refused):
        board_seats.end_tie(seats["Cora"], number)
    board_seats.end_tie(seats["Ivan"], number)
    with pytest.raises(board_papers.Aside):
        board_papers.read(seats["Ivan"], paper)
    assert board_papers.tally(item_id).votes == ""


def test_the_decision_counts_the_seats_own_votes_by_pillar_and_names_who_stood_aside_whatever_is_typed(app, cast):
    seats = board(cast)
    stands_aside(seats["Ivan"], "own")
    concern_id, item_id = before_the_board(cast)
    paper = sent(cast, item_id)
    board_papers.vote(seats["Greta"], paper, {"vote": "against"})
    board_papers.vote(seats["Greta"], paper, {"vote": "for"})
    board_papers.vote(seats["Cora"], paper, {"vote": "abstained"})
    another = two_people_approver(cast)
    road.take(another, "decide_measure", concern_id, item_id, votes="99, 0, 0", recused="Nobody.")
    said = [one.says for one in words.of(cast["Noor"], road.concern(concern_id)) if one.step == "decide_measure"]
    assert "Governments: 1 for, 0 against, 0 abstained" in said[0]["votes"] and "99" not in said[0]["votes"]
    assert "Civil society: 0 for, 0 against, 1 abstained" in said[0]["votes"]
    assert "Ivan (own company)" in said[0]["recused"] and "Nobody." in said[0]["recused"]
    assert road.item(item_id).state == Stands.IN_FORCE
    with pytest.raises(Refused, match="recorded"):
        board_papers.vote(seats["Cora"], paper, {"vote": "for"})
    assert chain.verify() == [] and doctor.examine() == []


def two_people_approver(cast):
    from tests.accounts.test_leaving import join

    return join("Paula", Role.APPROVER, cast["Noor"])


def test_without_seats_the_votes_are_those_that_are_typed_as_before(app, cast):
    concern_id, item_id = before_the_board(cast)
    with pytest.raises(Refused, match="No seat"):
        sent(cast, item_id)
    road.take(two_people_approver(cast), "decide_measure", concern_id, item_id)
    (row,) = db.session.scalars(select(ConcernWords).where(ConcernWords.step == "decide_measure",
                                                           ConcernWords.reader == "secretariat"))  # fmt: skip
    assert words.opened(cast["Noor"], row)["votes"] == "7, 1, 1"


def test_only_an_approver_sends_and_only_what_is_before_the_board(app, cast):
    board(cast)
    concern_id, item_id = before_the_board(cast)
    with pytest.raises(Refused, match="An approver"):
        board_papers.send(cast["Noor"], item_id, {"words": DOSSIER})
    action = road.both(cast, "ask_corrective_action", concern_id)
    with pytest.raises(Refused, match="not before the Board"):
        sent(cast, action)


def test_a_seat_without_a_pillar_is_sent_nothing_and_one_that_is_sent_again_votes_anew(app, cast):
    seats = {**board(cast), "Nora": seat(cast, "Nora")}
    _concern, item_id = before_the_board(cast)
    first = sent(cast, item_id)
    with pytest.raises(LookupError):
        board_papers.read(seats["Nora"], first)
    board_papers.vote(seats["Cora"], first, {"vote": "for"})
    second = sent(cast, item_id, "Corrected.")
    assert board_papers.tally(item_id).votes == ""
    assert board_papers.read(seats["Cora"], second)[1] == "Corrected."
    with pytest.raises(Refused):
        board_papers.vote(seats["Cora"], first, {"vote": "for"})


def test_a_seat_sees_no_page_of_a_desk_and_nobody_else_sees_the_boards(app, cast):
    board(cast)
    client = window(app, "Greta")
    for rule in app.url_map.iter_rules():
        desk = rule.rule.startswith(("/desk", "/company", "/custodian", "/observer"))
        if desk and "GET" in rule.methods and not rule.arguments:
            assert client.get(rule.rule).status_code == 403, rule.rule
    for name in ("Noor", "Tomas", "Ines", "Victor"):
        assert client_of(app, name).get("/board").status_code == 403
        with pytest.raises(Refused):
            board_seats.declare(cast[name], {"company": str(road.company_id()), "kind": "own"})


def test_words_that_could_show_somebody_are_asked_about_before_they_are_sent(app, cast):
    board(cast)
    _concern, item_id = before_the_board(cast)
    tomas, address = client_of(app, "Tomas"), f"/desk/board/send/{item_id}"
    page = tomas.get(address)
    assert "The day passed and nothing was done." in page.text  # the grounds, to begin with
    from tests.views.test_routes import token

    page = tomas.post(address, data={"csrf_token": token(page), "words": "Call +254 700 123 456."})
    assert "Look again" in page.text and db.session.scalars(select(BoardCopy)).all() == []


def test_the_day_on_which_it_was_sent_is_the_days_of_the_reader(app, cast):
    board(cast)
    _concern, item_id = before_the_board(cast)
    with time_machine.travel(days_later(1), tick=False):
        sent(cast, item_id)
    assert "Larkfield Guarding" in window(app, "Cora").get("/board").text
