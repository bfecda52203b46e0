"""Companies from a table: what is wrong is named by its line, and a second run adds nothing."""

import pytest

from grievance.companies import company_import
from grievance.companies.company_import import import_companies
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.models.event import Event
from grievance.models.people import Company, Membership
from grievance.record import chain
from tests.views.test_routes import client_of, token

HEAD = "name,country,zone,membership,since,trade_names,weekend,language\n"
GOOD = HEAD + (
    "Elm Guards,UG,Africa/Kampala,member,2020-01-31,Elm|The Elms,,fr\n"
    '"Oak, Patrol",Jordan,Asia/Amman,affiliate,31.1.2021,,Friday;Saturday,\n'
)
BAD = {
    "Ash,Atlantis,UTC,member,2020-01-31,,,": "Line 2: country:",
    "Ash,KE,Mars/Olympus,member,2020-01-31,,,": "Line 2: zone:",
    "Ash,KE,UTC,friend,2020-01-31,,,": "Line 2: membership:",
    "Ash,KE,UTC,member,2099-01-31,,,": "Line 2: since:",
    "Ash,KE,UTC,member,03/04/2020,,,": "2020-04-03",
    ",KE,UTC,member,2020-01-31,,,": "Line 2: name:",
    "Ash,KE,UTC,member,2020-01-31,,Moonday,": "Line 2: weekend:",
    "Ash,KE": "Line 2:",
}


def company(name):
    return db.session.query(Company).filter_by(name=name).one()


def names():
    return sorted(one for (one,) in db.session.query(Company.name))


def test_each_row_becomes_a_company_with_its_history_on_the_record(app, cast):
    assert import_companies(GOOD, cast["Tomas"]).added == ["Elm Guards", "Oak, Patrol"]
    elm, oak = company("Elm Guards"), company("Oak, Patrol")
    assert (elm.country, elm.zone, elm.weekend, elm.language) == ("UG", "Africa/Kampala", [5, 6], "fr")
    assert elm.trade_names == ["Elm", "The Elms"] and elm.membership == Membership.MEMBER
    assert (oak.country, oak.weekend, oak.language) == ("JO", [4, 5], "en")
    added = db.session.query(Event).filter_by(kind="company_added", actor_id=cast["Tomas"].account_id).count()
    assert added == 2 and chain.verify() == []


def test_a_second_run_adds_nothing_and_changes_nothing(app, cast):
    import_companies(GOOD, cast["Tomas"])
    again = import_companies(GOOD.replace("Kampala", "Nairobi"), cast["Tomas"])
    assert (again.added, again.known, again.faults) == ([], 2, [])
    assert company("Elm Guards").zone == "Africa/Kampala"


def test_a_try_keeps_nothing(app, cast):
    before = names()
    assert len(import_companies(GOOD, cast["Tomas"], dry_run=True).added) == 2
    assert names() == before and chain.verify() == []


@pytest.mark.parametrize(("row", "named"), BAD.items())
def test_a_bad_row_is_named_by_its_line_and_the_others_are_added(app, cast, row, named):
    done = import_companies(HEAD + row + "\n" + GOOD.split("\n", 1)[1], cast["Tomas"])
    assert len(done.added) == 2 and len(done.faults) == 1 and named in done.faults[0]


def test_a_company_that_is_there_twice_is_said(app, cast):
    done = import_companies(GOOD + "ELM guards,KE,UTC,member,2020-01-31,,,\n", cast["Tomas"])
    assert done.faults == ["Line 4: this company is in line 2 too."] and len(done.added) == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "must name these columns"), ("name,country\nx,KE\n", "zone"), (HEAD.replace("name", "nom", 1), "name"),
     (HEAD.replace("language", "colour"), "colour is not known"), (HEAD + '"Elm', "cannot be read")],
)  # fmt: skip
def test_a_table_that_is_none_is_refused_with_a_sentence(app, cast, text, says):
    with pytest.raises(ValueError, match=says):
        import_companies(text, cast["Tomas"])


def test_semicolons_and_a_mark_at_the_beginning_are_read_as_spreadsheets_write_them(app, cast):
    text = "\ufeff" + "name;country;zone;membership;since\r\nElm Guards;KE;UTC;member;2020-01-31\r\n"
    assert import_companies(text, cast["Tomas"]).added == ["Elm Guards"]


def test_nobody_but_an_approver_or_the_command_line_adds_any(app, cast):
    with pytest.raises(Refused):
        import_companies(GOOD, cast["Noor"])
    assert len(import_companies(GOOD, None).added) == 2


def test_an_approver_tries_a_table_at_its_page_and_then_adds_it(app, cast):
    client, path = client_of(app, "Tomas"), "/desk/admin/companies/import/new"
    assert f'href="{path}"' in client.get("/desk/admin/companies").text
    sent = {"csrf_token": token(client.get(path)), "table": GOOD + "Ash,Atlantis,UTC,member,2020-01-31,,,\n"}
    tried = client.post(path, data={**sent, "go": "try"})
    assert (
        "2 companies would be added." in tried.text and "Line 4: country:" in tried.text and "Elm Guards" in tried.text
    )
    assert "Elm Guards" not in names()
    assert "2 companies were added." in client.post(path, data={**sent, "go": "import"}).text
    assert "Elm Guards" in client.get("/desk/admin/companies").text
    assert client_of(app, "Noor").get(path).status_code == 403


def test_the_command_says_what_it_did_and_fails_where_a_row_is_bad(app, cast, tmp_path):
    path, runner = tmp_path / "companies.csv", app.test_cli_runner()
    path.write_text(GOOD)
    assert '"added": 2' in runner.invoke(args=["import-companies", "--dry-run", str(path)]).output
    assert '"added": 2' in runner.invoke(args=["import-companies", str(path)]).output
    path.write_text(GOOD + "Ash,Atlantis,UTC,member,2020-01-31,,,\n")
    bad = runner.invoke(args=["import-companies", str(path)])
    assert bad.exit_code == 1 and '"known": 2' in bad.output and "Line 4" in bad.output
    path.write_bytes("name\nÄ\n".encode("latin-1"))
    assert "not written in UTF-8" in runner.invoke(args=["import-companies", str(path)]).output


def test_a_table_that_is_too_long_is_refused(app, cast, monkeypatch):
    monkeypatch.setattr(company_import, "MOST", 2)
    with pytest.raises(ValueError, match="in parts"):
        import_companies(GOOD, cast["Tomas"])


def test_where_its_people_guard_and_what_they_wear_come_with_the_table(app, cast):
    head = "name,country,zone,membership,since,works_in,uniforms\n"
    assert import_companies(head + "Oak,KE,,member,2024-01-01,Uganda;TZ,Blue jacket;Koti la bluu\n", None).added == [
        "Oak"
    ]
    oak = company("Oak")
    assert (oak.works_in, oak.uniforms) == (["UG", "TZ"], ["Blue jacket", "Koti la bluu"])
