"""`make check` names each text that a company could be shown in English, on a desk that is in another language."""

import pytest
from jinja2 import Environment

from bin import check_languages, company_pages, company_texts
from grievance.forms.choices import LANGUAGES
from grievance.views import faces


def texts_of(page, called=frozenset()):
    """What a company is shown of a template."""
    parsed = Environment(autoescape=True).parse(page)
    return company_pages.texts_of(company_pages._kept(parsed, set(called)))


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ('{{ _("a") }}{{ ngettext("%(num)d b", "%(num)d bs", 2) }}', {"a", "%(num)d b"}),
        ('{% if face == "desk" %}{{ _("a") }}{% else %}{{ _("b") }}{% endif %}', {"b"}),
        ('{% if me.role == "company" %}{{ _("a") }}{% else %}{{ _("b") }}{% endif %}', {"a"}),
        ('{% if me.role in ("officer", "approver") %}{{ _("a") }}{% endif %}', set()),
        ('{% if face in ("desk", "company") %}{{ _("a") }}{% endif %}', {"a"}),
        ('{{ _("a") if staff else _("b") }}', {"b"}),
        ('{% if not staff %}{{ _("a") }}{% elif anything %}{{ _("b") }}{% endif %}', {"a"}),
        ('{% if anything %}{{ _("a") }}{% elif staff %}{{ _("b") }}{% else %}{{ _("c") }}{% endif %}', {"a", "c"}),
        ('{% if staff and anything %}{{ _("a") }}{% endif %}{% if staff or anything %}{{ _("b") }}{% endif %}', {"b"}),
        ('{% for one in absences %}{{ _("a") }}{% endfor %}{% for one in lines %}{{ _("b") }}{% endfor %}', {"b"}),
        ('{% macro never() %}{{ _("a") }}{% endmacro %}{{ _("b") }}', {"b"}),
    ],
)
def test_of_a_page_only_what_a_company_gets_to_counts(page, shown):
    assert texts_of(page) == shown


def test_a_macro_counts_where_something_calls_it():
    assert texts_of('{% macro often() %}{{ _("a") }}{% endmacro %}{{ often() }}', {"often"}) == {"a"}


def test_texts_are_found_through_functions_constants_and_other_modules():
    found = company_texts.reached([("grievance.views.account.sign_in", "press_sign_in")], ())
    texts = dict(company_texts.texts_of(found))
    assert texts["Very many people sign in just now. Please try again in %(seconds)s seconds."]


def test_what_is_kept_apart_is_not_followed():
    root, apart = ("grievance.views.account.sign_in", "change_password"), "grievance.accounts.new_passwords"
    assert any(where == apart for where, _name in company_texts.reached([root], ()))
    assert not any(where == apart for where, _name in company_texts.reached([root], (apart,)))


def test_each_definition_that_is_kept_apart_is_there():
    """One that was renamed would keep nothing apart."""
    for name in check_languages.APART:
        inside, _dot, last = name.rpartition(".")
        assert company_texts.module(name) or last in company_texts.module(inside).defined, name


def test_what_the_rows_and_the_pages_say_to_a_company_is_known():
    places = check_languages.company_texts_by_place()
    for text in ("Respond", "You must answer the complaint", "What was referred to you", "Take your cases with you",
                 "More time was asked for before: it can be asked for once.", "Something waits for you",
                 "You are invited to %(site)s", "There is no such page.", "Acknowledge the referral"):  # fmt: skip
        assert text in places
    for text in ("File for someone", "Administration", "Hand over cases to another officer", "Write a letter"):
        assert text not in places


def test_a_text_that_is_missing_is_named_with_its_language_and_its_place(monkeypatch):
    monkeypatch.setattr(faces, "COMPANY_LANGUAGES", ("en", "fr"))
    places = {"Respond": {"a row of the tables"}, "Nobody has translated this": {"templates/company/case.html"}}
    monkeypatch.setattr(check_languages, "company_texts_by_place", lambda: places)
    assert "fr: templates/company/case.html: Nobody has translated this" in list(check_languages.report())


def test_no_language_of_the_companys_desk_lacks_a_text():
    assert set(faces.COMPANY_LANGUAGES) <= {code for code, _name in LANGUAGES}
    assert list(check_languages.report()) == []
