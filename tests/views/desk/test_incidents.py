"""Sites, units and incidents at the desk: written down and picked by an officer, proposed to her and never decided."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.desk import incidents
from grievance.extensions import db
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.incident import Incident, StandsIn
from grievance.record import chain, compare
from grievance.record.transaction import unit_of_work
from grievance.reports import alleged, first_words
from grievance.workflow import steps
from grievance.workflow.closing import destroy
from tests.views.test_routes import client_of, token

GATE = {"kind": "site", "name": "North Gate", "where": "Kilima mine", "day": "2026-05-03", "hour": "at dusk"}
ACCOUNT = (
    "On 2026-05-03 the patrol blocked the footbridge near Kilima, overturned seventeen baskets of charcoal, frightened"
    " the schoolchildren and confiscated bicycles, lanterns and blankets belonging to fishermen."
)
AGAIN = (
    "Seventeen baskets were overturned on 2026-05-03. I saw lanterns, blankets and bicycles confiscated from fishermen"
    " at the footbridge; schoolchildren were crying over the charcoal."
)


def file(account="A guard struck me.", **answers):
    return demonstration.file_one(clock.now() - timedelta(days=2), account=account, **answers)[0]


def say(client, reference, **answers):
    page = client.get(f"/desk/incidents/of/{reference}")
    return client.post(f"/desk/incidents/of/{reference}", data={"csrf_token": token(page), **answers})


def kinds(reference, person):
    db.session.rollback()
    case = find_case(person, reference)
    query = select(Event.kind).where(Event.case_id == case.id, Event.kind.like("incident%")).order_by(Event.seq)
    return list(db.session.scalars(query))


@pytest.fixture
def noor(app, cast):
    return client_of(app, "Noor")


def test_an_officer_writes_a_site_down_and_the_case_page_the_list_and_its_page_have_it(noor, cast):
    reference = file()
    assert say(noor, reference, do="write", **GATE).status_code == 303
    case, listed = noor.get(f"/desk/cases/{reference}").text, noor.get("/desk/incidents").text
    assert "North Gate" in case and "North Gate" in listed and "Kilima mine, at dusk" in listed
    page = noor.get(f"/desk/incidents/{db.session.scalars(select(Incident.id)).one()}").text
    assert reference in page and "North Gate" in page
    assert kinds(reference, cast["Noor"]) == ["incident_linked"]
    assert chain.verify() == [] and list(compare.everything()) == []


def test_what_is_missing_is_named_and_what_was_typed_is_kept(noor, cast):
    answer = say(noor, file(), do="write", **{**GATE, "name": "", "day": "yesterday"})
    assert answer.status_code == 422 and "Kilima mine" in answer.text and "yesterday" in answer.text
    assert not db.session.scalars(select(Incident)).all()


def test_no_column_of_it_holds_a_word_in_clear(noor, cast):
    say(noor, file(), do="write", **GATE)
    row = db.session.scalars(select(Incident)).one()
    assert b"North" not in row.sealed and b"Kilima" not in row.sealed
    assert "North" not in str(list(db.session.scalars(select(Event.facts))))


def test_a_second_case_is_picked_and_taken_back_and_both_stay_on_the_record(noor, cast):
    first, second = file(), file()
    say(noor, first, do="write", **GATE)
    incident = db.session.scalars(select(Incident.id)).one()
    say(noor, second, do="pick", incident=incident)
    assert second in noor.get(f"/desk/incidents/{incident}").text
    said = db.session.scalars(select(StandsIn.id).order_by(StandsIn.at.desc())).first()
    say(noor, second, do="take_back", said=said)
    assert second not in noor.get(f"/desk/incidents/{incident}").text
    page = noor.get(f"/desk/incidents/of/{second}").text
    assert "Noor" in page and "Taken back by" in page
    assert kinds(second, cast["Noor"]) == ["incident_linked", "incident_undone"]
    assert list(compare.everything()) == []
    assert say(noor, second, do="take_back", said=said).status_code == 409


def test_a_record_that_the_account_names_is_proposed_and_not_the_same_is_kept(noor, cast):
    first, second = file(), file("They stopped us at the NORTH gate, again.")
    say(noor, first, do="write", **GATE)
    page = noor.get(f"/desk/incidents/of/{second}").text
    assert "The account names" in page and "1 other case is of it." in page
    incident = db.session.scalars(select(Incident.id)).one()
    say(noor, second, do="is_not", incident=incident)
    page = noor.get(f"/desk/incidents/of/{second}").text
    assert "The account names" not in page and "Not of this case:" in page
    assert alleged.of_case(cast["Noor"], find_case(cast["Noor"], second)) == []
    assert kinds(second, cast["Noor"]) == ["incident_other"]


def test_two_accounts_that_share_rare_words_and_a_day_are_put_beside_each_other(noor, cast):
    first, second = file(ACCOUNT), file(AGAIN)
    page = noor.get(f"/desk/incidents/of/{second}").text
    assert f"{first}</a>: the two accounts share" in page and "footbridge" in page and "2026-05-03" in page
    answer = say(noor, second, do="same", other=first)
    assert answer.status_code == 422, "a new incident needs a name"
    say(noor, second, do="same", other=first, name="The footbridge")
    (incident,) = db.session.scalars(select(Incident.id))
    page = noor.get(f"/desk/incidents/{incident}").text
    assert first in page and second in page
    assert "the two accounts share" not in noor.get(f"/desk/incidents/of/{second}").text


def test_words_of_scripts_whose_marks_are_letters_are_whole_words_there_too(noor):
    """Hindi: without its marks no word of it would be long enough to be rare."""
    words = ["चौकीदारों", "पुलिया", "मछुआरों", "साइकिलें", "लालटेनें", "कम्बलों", "टोकरियाँ", "विद्यार्थी", "उलटायीं"]
    first, second = (file(f"2026-05-03 {' '.join(some)}") for some in (words, words[::-1]))
    page = noor.get(f"/desk/incidents/of/{second}").text
    assert f"{first}</a>: the two accounts share 9 rare words" in page and "मछुआरों" in page


def test_the_page_opens_each_account_once(noor, monkeypatch):
    first, second = file(ACCOUNT), file(AGAIN)
    opened, read = [], first_words._says
    monkeypatch.setattr(first_words, "_says", lambda who, one, *rest: opened.append(one.id) or read(who, one, *rest))
    assert first in noor.get(f"/desk/incidents/of/{second}").text
    assert len(opened) == len(set(opened)) == 2


def test_a_day_that_both_name_in_words_is_shown_as_it_stands_there(noor):
    account = ACCOUNT.replace("On 2026-05-03", "One day")
    _first, second = file(account, when="Sunday, the THIRD of May"), file(account, when="sunday the third of may.")
    assert "sunday the third of may." in noor.get(f"/desk/incidents/of/{second}").text


def test_two_that_are_not_of_one_are_not_proposed_again_on_either_page(noor, cast):
    first, second = file(ACCOUNT), file(AGAIN)
    say(noor, second, do="is_not", other=first)
    for one, other in ((first, second), (second, first)):
        page = noor.get(f"/desk/incidents/of/{one}").text
        assert "the two accounts share" not in page and "It is not of one incident with" in page and other in page


@pytest.mark.parametrize("account", [AGAIN.replace("2026-05-03", "a day"), "On 2026-05-03 the patrol was there."])
def test_words_without_a_day_and_a_day_without_words_propose_nothing(noor, cast, account):
    file(ACCOUNT)
    assert "the two accounts share" not in noor.get(f"/desk/incidents/of/{file(account)}").text


def test_of_a_case_that_she_must_not_see_an_officer_learns_neither_its_words_nor_its_record(cast, petra, noor):
    first, second = file(ACCOUNT), file(AGAIN)
    incident = incidents.write_down(petra, first, GATE)
    assert "the two accounts share" in noor.get(f"/desk/incidents/of/{second}").text
    assert "North Gate" in noor.get("/desk/incidents").text
    steps.take("declare_conflict", cast["Noor"], first, {"why": "My brother works there."})
    assert "the two accounts share" not in noor.get(f"/desk/incidents/of/{second}").text
    assert "North Gate" not in noor.get("/desk/incidents").text
    assert noor.get(f"/desk/incidents/{incident}").status_code == 404
    assert say(noor, second, do="pick", incident=incident).status_code == 409


def test_an_approver_reads_and_an_officer_alone_says(app, cast, noor):
    reference = file()
    say(noor, reference, do="write", **GATE)
    tomas = client_of(app, "Tomas")
    assert "Write it down" not in tomas.get(f"/desk/incidents/of/{reference}").text
    assert say(tomas, reference, do="write", **GATE).status_code == 409


@pytest.mark.parametrize("path", ["", "/x", "/of/GR-AAAA-AAAA"])
def test_nobody_outside_the_secretariat_has_these_pages(app, cast, path):
    for name in ("Ines", "Victor"):
        assert client_of(app, name).get(f"/desk/incidents{path}").status_code in (403, 404)


def erase(person, reference):
    with unit_of_work():
        case = find_case(person, reference, lock=True)
        destroy(case.id, [])
        case.erased_at = clock.now()
        chain.append(case, "erase", person, clock.now(), clock.now(), {})


def test_an_erased_case_takes_a_record_along_that_no_other_case_names(both):
    noor = both.cast["Noor"]
    first, second = file(), file()
    alone = incidents.write_down(noor, first, GATE)
    shared = incidents.write_down(noor, first, {**GATE, "name": "South Gate"})
    incidents.stands_in(noor, second, shared)
    erase(noor, first)
    assert list(db.session.scalars(select(Incident.id))) == [shared] != [alone]
    told = select(Event.facts).where(Event.chain == OFFICE_CHAIN, Event.kind == "incident_erased")
    assert [alone in facts for facts in db.session.scalars(told)] == [True]
    assert [one for one in compare.everything() if "incidents" in str(one) or "stands_in" in str(one)] == []
    assert alleged.everything(noor)[0].cases == 1


@pytest.mark.parametrize("what", ["is not of it", "stood in it once"])
def test_that_another_case_is_not_of_a_record_does_not_keep_the_words_of_an_erased_one(both, what):
    noor = both.cast["Noor"]
    first, second = file(), file()
    incident = incidents.write_down(noor, first, GATE)
    if what == "stood in it once":
        incidents.stands_in(noor, second, incident)
        of_it = select(StandsIn.id).where(StandsIn.case_id == find_case(noor, second).id)
        incidents.take_back(noor, second, db.session.scalars(of_it).one())
    else:
        incidents.is_not(noor, second, incident)
    erase(noor, first)
    assert list(db.session.scalars(select(Incident.id))) == [] == list(db.session.scalars(select(StandsIn.id)))
    assert kinds(second, noor)[-1] == "incident_undone"
    assert list(compare.everything()) == [] == chain.verify()


def test_an_erased_case_that_was_never_of_a_record_leaves_it_to_the_case_whose_words_it_has(both):
    noor = both.cast["Noor"]
    first, second = file(), file()
    incident = incidents.write_down(noor, first, GATE)
    (said,) = db.session.scalars(select(StandsIn.id))
    incidents.take_back(noor, first, said)
    incidents.is_not(noor, second, incident)
    erase(noor, second)
    assert list(db.session.scalars(select(Incident.id))) == [incident]
    assert list(compare.everything()) == [] == chain.verify()


# --- over time and place -----------------------------------------------------------------------------------


def test_patterns_are_tables_and_the_file_has_no_line_behind_which_few_cases_stand(noor, cast):
    many, few = [file() for _number in range(5)], file()
    often = incidents.write_down(cast["Noor"], many[0], {**GATE, "kind": "incident"})
    for one in many[1:]:
        incidents.stands_in(cast["Noor"], one, often)
    incidents.write_down(cast["Noor"], few, {**GATE, "kind": "incident", "where": "The ford", "day": "2026-06-09"})
    page = noor.get("/desk/incidents/over-time")
    assert "2026-05" in page.text and "2026-06" in page.text and "The ford" in page.text and "Sunday" in page.text
    assert '<th scope="row" dir="auto">Kilima mine</th><td>1</td><td>5</td>' in page.text
    answer = noor.post("/desk/incidents/over-time/table.csv", data={"csrf_token": token(page)})
    assert "Kilima mine,1,5" in answer.text and "2026-05,1,5" in answer.text
    assert "Sunday,1,5" in answer.text, "a day of the week is named, and no number"
    for kind in ("site", "unit"):  # the same case in further records of that place is no case more
        incidents.write_down(cast["Noor"], few, {**GATE, "kind": kind, "name": kind, "where": "The ford"})
        for other in many[:2]:
            incidents.write_down(cast["Noor"], other, {**GATE, "kind": kind, "name": kind, "where": "The ford"})
    answer = noor.post("/desk/incidents/over-time/table.csv", data={"csrf_token": token(page)})
    assert "The ford" not in answer.text and "2026-06" not in answer.text
    assert "Left out, with fewer than 5 cases each" in answer.text
    taken = db.session.scalars(select(Event).where(Event.chain == OFFICE_CHAIN).order_by(Event.seq.desc())).first()
    assert (taken.kind, "patterns" in taken.facts) == ("figures_taken", True)
