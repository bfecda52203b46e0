"""The table of faces and roles: what a row lacks is named, and every process shows only what it has."""

from dataclasses import replace
from importlib import import_module
from pkgutil import walk_packages

import pytest
from flask import Blueprint

from config import load_config
from grievance import create_app, demonstration, views
from grievance.accounts import calendar_tokens
from grievance.models.people import Role
from grievance.views import faces
from tests.conftest import FOR_THE_PUBLIC, SECRETS
from tests.unpadded import unpadded
from tests.views.test_routes import client_of, token

NO_FACE = {Role.CLOCK}
"""It takes steps, and looks at nothing."""


def blueprints():
    """Every blueprint of the program, by its module: also one that is never registered."""
    modules = (import_module(found.name) for found in walk_packages(views.__path__, "grievance.views."))
    return {
        module.__name__.removeprefix("grievance.views."): one.name
        for module in modules
        for one in vars(module).values()
        if isinstance(one, Blueprint)
    }


def missing(table, roles, modules, endpoints):
    """A sentence for each fact that the table lacks."""
    for role in roles:
        if sum(role in face.roles for face in table) != 1:
            yield f"{role} has no face, or two: name it in `roles` of one row"
    for module in modules:
        if sum(module in face.modules for face in table) != 1:
            yield f"the blueprint of views/{module} has no face, or two: name it in `modules` of one row"
    for face in table:
        yield from _lacks(face, endpoints)


def _lacks(face, endpoints):
    if not face.languages:
        yield f"{face.name} has no languages"
    if face.roles and not (face.start and face.layout):
        yield f"{face.name} has roles, and no start page or no layout for them"
    if face.layout == "desk" and not face.title:
        yield f"{face.name} has no title for the link to its start page"
    for fact in ("start", "case", "entry"):
        if (named := getattr(face, fact)) and named not in endpoints:
            yield f"{face.name}: there is no page {named}, which is its `{fact}`"


def facts(app):
    return {"roles": set(Role) - NO_FACE, "modules": blueprints(), "endpoints": set(app.view_functions)}


def test_no_role_no_blueprint_and_no_face_lacks_anything(app):
    assert list(missing(faces.FACES, **facts(app))) == []


@pytest.mark.parametrize(
    ("spoiled", "sentence"),
    [
        (lambda one: replace(one, roles=frozenset()), "company has no face"),
        (lambda one: replace(one, modules=one.modules[1:]), "the blueprint of views/company.referrals has no face"),
        (lambda one: replace(one, languages=()), "company has no languages"),
        (lambda one: replace(one, start=""), "no start page"),
        (lambda one: replace(one, layout=""), "no layout"),
        (lambda one: replace(one, title=""), "no title"),
        (lambda one: replace(one, case="company.nowhere"), "there is no page company.nowhere"),
    ],
)
def test_a_fact_that_is_left_out_is_named(app, spoiled, sentence):
    table = [spoiled(face) if face is faces.COMPANY else face for face in faces.FACES]
    (said,) = missing(table, **facts(app))
    assert sentence in said


def test_a_role_that_the_table_does_not_know_is_named(app):
    with pytest.raises(LookupError, match="clock has no face"):
        faces.of_role(Role.CLOCK)


def test_every_address_of_a_face_begins_with_its_prefix(app):
    for rule in app.url_map.iter_rules():
        if face := faces.of_endpoint(rule.endpoint):
            assert f"{rule.rule}/".startswith(f"{face.prefix}/"), rule


def test_every_value_of_the_setting_serves_a_face_and_all_of_them_serve_all(app):
    assert faces.SETTINGS == ("public", "form", "follow", "desk", "company", "api")
    assert faces.served(faces.SETTINGS) == faces.FACES
    assert all(faces.served([value]) != faces.served([]) for value in faces.SETTINGS)


@pytest.mark.parametrize(
    ("path", "name"),
    [("/desk", "desk"), ("/desk/nowhere", "desk"), ("/deskwork", "public"), ("/follow/case/x", "status"),
     ("/follow/x", "public"), ("/api/v1/nothing", "api"), ("/company/cases/1", "company"), ("/", "public")],
)  # fmt: skip
def test_a_page_that_does_not_exist_belongs_to_the_face_among_whose_addresses_it_would_be(app, path, name):
    with app.test_request_context(path):
        assert faces.around().name == name


# --- a process that serves some of them --------------------------------------------------------------------


def alone(app, *settings):
    """Another process over the same database, with these values of `FACES`."""
    secrets = SECRETS if {"desk", "company"} & set(settings) else FOR_THE_PUBLIC
    environment = {**secrets, "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"], "FACES": ",".join(settings)}
    other = create_app(load_config({**environment, "FILES_URL": app.config["FILES"].as_uri()}))
    return other.test_client()


ASKED = ("/", "/nowhere", "/desk", "/desk/nowhere", "/company", "/follow", "/account", "/account/x", "/api/v1/x")


@pytest.mark.parametrize("setting", faces.SETTINGS)
def test_a_process_with_one_face_answers_every_address_and_offers_no_link_that_it_cannot_make(app, cast, setting):
    with alone(app, setting) as client:
        answers = {path: client.get(path, follow_redirects=True).status_code for path in ASKED}
        assert {path: status for path, status in answers.items() if status not in (200, 404)} == {}


@pytest.mark.parametrize(("setting", "name"), [("desk", "Victor"), ("company", "Noor"), ("company", "Ines")])
def test_who_works_in_another_process_is_led_to_the_people_and_not_into_a_fault(app, cast, setting, name):
    with alone(app, setting) as client:
        form = {"email": demonstration.email_of(name), "password": demonstration.PASSWORD}
        form["csrf_token"] = token(client.get("/account/sign-in"))
        answer = client.post("/account/sign-in", data=form)
        assert answer.location == "/account/people"
        assert client.get(answer.location).status_code == 200


def test_a_calendar_of_a_face_that_this_process_does_not_serve_looks_like_no_page(app, cast):
    address = f"/calendar/{calendar_tokens.make_calendar(cast['Victor'])}.ics"
    with alone(app, "company") as client:
        assert client.get(address).status_code == 200
    with alone(app, "desk") as client:
        theirs, none = client.get(address), client.get("/calendar/wrong.ics")
        assert (theirs.status_code, unpadded(theirs.text)) == (404, unpadded(none.text))


def test_a_stranger_at_a_desk_reads_the_way_to_the_start_page_and_at_the_front_door_does_not(app, cast):
    client = client_of(app, "nobody")
    assert 'href="/account"' in client.get("/desk/nowhere").text
    assert 'href="/account"' not in client.get("/nowhere").text
