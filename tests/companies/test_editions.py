"""What is published of the members: frozen by one person, published by another, and read by everybody."""

import csv
import io
import json
from datetime import date, timedelta
from xml.etree import ElementTree

import pikepdf
import pypdfium2
import pytest
from sqlalchemy import select

from grievance import clock
from grievance.companies import companies, editions, published
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.maintenance import doctor
from grievance.models.edition import MemberEdition
from grievance.models.people import Company
from grievance.record import chain
from grievance.reports import member_addresses, member_changes, member_files, member_pages
from grievance.reports.member_pages import Asked, Published
from tests.companies.test_certificates import CERTIFIED
from tests.companies.test_companies import NEW, changed
from tests.views.test_routes import client_of, token

TODAY = date(2026, 1, 10)


@pytest.fixture
def harrow(app, cast):
    return companies.add(cast["Tomas"], {**NEW, **CERTIFIED, "tier": "certified", "works_in": "UG"})


def publish(cast):
    editions.propose(cast["Noor"])
    editions.publish(cast["Tomas"], editions.waiting().id)


def facts(company=1, **more):
    made = dict.fromkeys(member_files.COMPANY, "") | {
        "company": company, "slug": f"c-{company}", "name": f"Company {company}", "trade_names": [], "works_in": [],
        "services": ["static"], "country": "KE", "membership": "member", "tier": "certified", "history": [],
        "grievance_at": [], "grievance_languages": [], "certified_until": "2026-03-01", "certified_from": None,
        "certify_by": None,
    }  # fmt: skip
    return made | more


def test_nobody_outside_reads_a_change_before_another_person_has_published_it(app, cast, harrow):
    visitor = app.test_client()
    assert "not been published yet" in visitor.get("/members").text
    editions.propose(cast["Noor"])
    assert visitor.get("/members/harrow-watch").status_code == 404
    editions.publish(cast["Tomas"], editions.waiting().id)
    page = visitor.get("/members/harrow-watch").text
    assert "ISO 18788" in page and "Northern Certification" in page and "29 February 2028" in page
    companies.change(cast["Tomas"], harrow.id, changed(harrow, certified_by="Another Body"), None)
    assert "Another Body" not in visitor.get("/members/harrow-watch").text
    publish(cast)
    assert "Another Body" in visitor.get("/members/harrow-watch").text
    assert chain.verify() == [] and doctor.examine() == []


def test_whoever_proposed_it_does_not_publish_it_and_what_was_not_looked_at_is_not_published(app, cast, harrow):
    editions.propose(cast["Tomas"])
    first = editions.waiting().id
    with app.test_request_context():
        with pytest.raises(Refused, match="You proposed it"):
            editions.publish(cast["Tomas"], first)
        with pytest.raises(Refused, match="Only an approver"):
            editions.publish(cast["Noor"], first)
        companies.change(cast["Tomas"], harrow.id, changed(harrow, services=["dogs"]), None)
        editions.propose(cast["Noor"])
        with pytest.raises(Refused, match="replaced meanwhile"):
            editions.publish(cast["Tomas"], first)
        editions.publish(cast["Tomas"], editions.waiting().id)
        with pytest.raises(Refused, match="Nothing differs"):
            editions.propose(cast["Noor"])
        for name in ("Victor", "Ines"):
            with pytest.raises(Refused):
                editions.propose(cast[name])
    assert [one.confirmed for one in db.session.scalars(select(MemberEdition))] == [False, True]


def test_an_office_of_one_publishes_alone_and_the_record_says_so(app, cast, harrow, monkeypatch):
    monkeypatch.setitem(app.config, "ALLOW_SOLO", True)
    editions.propose(cast["Tomas"])
    editions.publish(cast["Tomas"], editions.waiting().id)
    assert member_pages.newest() is not None


def test_an_address_stays_a_companys_own_whatever_it_is_called_later(app, cast, harrow):
    publish(cast)
    companies.change(cast["Tomas"], harrow.id, changed(harrow, name="Harrow & Sons"), None)
    companies.add(cast["Tomas"], {**NEW, "name": "Harrow-Watch"})
    companies.add(cast["Tomas"], {**NEW, "name": "Tender"})
    slugs = {one["name"]: one["slug"] for one in published.now(member_pages.newest().facts)}
    assert (slugs["Harrow & Sons"], slugs["Harrow-Watch"]) == ("harrow-watch", "harrow-watch-2")
    assert slugs["Tender"] == "tender-2"


def test_a_name_that_was_not_confirmed_is_not_published(app, cast, harrow):
    companies.add(cast["Tomas"], {**NEW, "name": "Perhaps", "membership": "unconfirmed"})
    assert "Perhaps" not in {one["name"] for one in published.now([])}


@pytest.mark.parametrize(
    ("more", "kind", "fields"),
    [({"tier": "former", "membership": "former"}, ["membership", "tier"], {"membership", "tier"}),
     ({"certified_until": "2027-01-01"}, ["certificate"], {"certified_until"}),
     ({"services": ["dogs"], "country": "UG"}, ["other"], {"services", "country"}), ({}, [], set()),
     ({"slug": "another"}, [], set())],
)  # fmt: skip
def test_what_differs_is_told_by_its_kind(more, kind, fields):
    found = list(published.differences([facts()], [facts(**more)]))
    assert [one.kind for one in found] == kind and {name for one in found for name in one.fields} == fields
    assert [one.kind for one in published.differences([facts()], [facts(2)])] == ["joined", "gone"]


@pytest.mark.parametrize(
    ("asked", "names"),
    [(Asked(), [1, 2, 3]), (Asked(country="UG"), [2]), (Asked(service="dogs"), [3]), (Asked(tier="certified"), [1]),
     (Asked(country="KE", service="static", tier="certified"), [1]), (Asked(country="XX"), []),
     (Asked(tier="former"), [3])],
)  # fmt: skip
def test_a_client_finds_by_country_service_and_tier_and_nobody_as_certified_whose_certificate_lapsed(
    app, asked, names, monkeypatch
):
    monkeypatch.setattr(clock, "office_today", lambda: TODAY)
    every = [facts(), facts(2, works_in=["UG"], certified_until="2026-01-09"),
             facts(3, services=["dogs"], tier="former", country="CZ")]  # fmt: skip
    assert [one["company"] for one in every if asked.fits(one)] == names


@pytest.mark.parametrize(
    ("more", "said"),
    [({}, "certified that it meets"), ({"certified_until": "2026-01-09"}, "not certified now"),
     ({"tier": "transitional"}, "not certified yet"), ({"tier": "affiliate"}, "An affiliate"),
     ({"tier": "former", "membership": "former"}, "No longer a member"), ({"tier": None}, "has not published"),
     ({"membership": "suspended"}, "Its membership is suspended"), ({"certified_until": "2026-01-31"}, "in 21 days")],
)  # fmt: skip
def test_each_company_says_plainly_what_it_is(app, more, said, monkeypatch):
    monkeypatch.setattr(clock, "office_today", lambda: TODAY)
    with app.test_request_context():
        found = member_pages.described(facts(**more))
    assert said in " ".join(found.said)
    assert found.certified is (said in ("certified that it meets", "Its membership is suspended", "in 21 days"))


def of_edition(number, on, *them):
    return Published(number, on, on, list(them))


def test_the_feed_tells_of_tiers_suspensions_and_certificates_that_lapsed_and_of_nothing_else(app, monkeypatch):
    monkeypatch.setattr(clock, "office_today", lambda: TODAY)
    first = of_edition(1, TODAY - timedelta(days=30), facts(certified_until="2025-12-31"), facts(2), facts(3))
    second = of_edition(
        4, TODAY - timedelta(days=5), facts(certified_until="2026-12-31"), facts(2, membership="suspended"),
        facts(3, tier="former", membership="former", grievance_at=["a number"]), facts(4, works_in=["UG"]),
    )  # fmt: skip
    with app.test_request_context():
        found = member_changes.news([second, first])
        feed = ElementTree.fromstring(member_changes.as_atom(found, TODAY, "en"))
    said = {one.company["company"]: [n.said for n in found if n.company["company"] == one.company["company"]]
            for one in found}  # fmt: skip
    assert sorted(said[1]) == ["The certificate is now good until 31 December 2026",
                               "The certificate lapsed on 31 December 2025"]  # fmt: skip
    assert said[2] == ["Now: Member, suspended"] and said[3] == ["Now: Former member"]
    assert said[4] == ["Joined: Certified"]
    ids = [one.text for one in feed.iter("{http://www.w3.org/2005/Atom}id")]
    assert len(ids) == len(set(ids)) == 6


def fits(schema, value):
    """As much of JSON Schema as the schema uses."""
    if "const" in schema or "enum" in schema:
        return value in schema.get("enum", [schema.get("const")])
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    types = {"string": str, "array": list, "object": dict, "boolean": bool, "integer": int, "null": type(None)}
    if not any(isinstance(value, types[kind]) for kind in kinds):
        return False
    if isinstance(value, list):
        return all(fits(schema["items"], one) for one in value)
    if isinstance(value, dict):
        properties = schema["properties"]
        return set(value) == set(schema["required"]) == set(properties) and all(
            fits(properties[name], one) for name, one in value.items()
        )
    return True


def test_the_data_files_say_every_public_fact_in_the_shape_of_the_schema(app, cast, harrow):
    publish(cast)
    visitor = app.test_client()
    data = visitor.get("/members/data/members.json").get_json()
    schema = json.loads(visitor.get("/members/data/schema-1.json").text)
    assert fits(schema, data) and data["$schema"] == schema["$id"]
    assert not fits(schema, {**data, "members": [{**data["members"][0], "tier": "best"}]})
    lines = list(csv.DictReader(io.StringIO(visitor.get("/members/data/members.csv").text)))
    assert [one["name"] for one in lines] == [one["name"] for one in data["members"]]
    (one,) = (one for one in lines if one["name"] == "Harrow Watch")
    assert (one["services"], one["certified_now"], one["country"]) == ("mobile | static", "true", "KE")
    assert "company" not in one and str(harrow.id) not in one.values()


def test_addresses_that_leave_the_site_are_those_of_the_pages(app):
    with app.test_request_context():
        built = app.url_map.bind("").build
        assert built("members.data_schema") == member_addresses.SCHEMA
        assert built("members.changes") == member_addresses.CHANGES
        assert member_addresses.of_member("x").endswith(built("members.show", {"slug": "x"}))


@pytest.mark.parametrize("lang", ["en", "ar", "fr"])
def test_each_member_is_two_tagged_pages_of_paper(app, cast, harrow, lang):
    publish(cast)
    answer = app.test_client().get(f"/members/harrow-watch/paper.pdf?lang={lang}")
    with pikepdf.open(io.BytesIO(answer.data)) as file, file.open_metadata() as metadata:
        assert metadata.get("pdfuaid:part") == "1" and str(file.Root.Lang).startswith(lang)
    read = pypdfium2.PdfDocument(answer.data)
    assert len(read) == 2 and "Northern" in read[0].get_textpage().get_text_bounded()


def test_the_desk_shows_what_differs_and_two_people_publish_it(app, cast, harrow):
    noor, tomas = client_of(app, "Noor"), client_of(app, "Tomas")
    page = noor.get("/desk/admin/members")
    assert "Harrow Watch" in page.text and "Nothing has been published yet" in page.text
    noor.post("/desk/admin/members", data={"csrf_token": token(page), "answer": "propose"})
    assert "another approver publishes it" in noor.get("/desk/admin/members").text
    page = tomas.get("/desk/admin/members")
    seen = {"csrf_token": token(page), "answer": "publish", "seen": str(editions.waiting().id)}
    tomas.post("/desk/admin/members", data=seen)
    assert app.test_client().get("/members/harrow-watch").status_code == 200
    again = tomas.post("/desk/admin/members", data=seen)
    assert again.status_code == 409 and "replaced meanwhile" in again.text


def test_nothing_that_the_office_alone_knows_is_published(app, cast, harrow):
    harrow.uniforms, harrow.subcontractors = ["Zebra jackets"], ["Zebra Sub"]
    db.session.commit()
    publish(cast)
    visitor = app.test_client()
    for path in ("/members", "/members/harrow-watch", "/members/data/members.json", "/members/data/members.csv",
                 "/members/data/changes.atom"):  # fmt: skip
        assert "Zebra" not in visitor.get(path).text
    assert db.session.scalar(select(Company.name).where(Company.id == harrow.id)) == "Harrow Watch"
