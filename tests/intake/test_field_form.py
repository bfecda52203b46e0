"""The form for phones without a network: every question in every language, as pyxform and ODK Validate take it."""

import re
import shutil

import pytest
from lxml import etree
from pyxform.xls2xform import convert

from grievance.extensions import db
from grievance.forms.kinds import Kind
from grievance.intake import field_form
from grievance.intake.field_questions import ASKED, MEDIA
from grievance.models.people import Company

XF = {"x": "http://www.w3.org/2002/xforms", "h": "http://www.w3.org/1999/xhtml"}


@pytest.fixture
def written(app, cast, tmp_path):
    said = app.test_cli_runner().invoke(args=["xlsform", str(tmp_path / "form.xlsx")])
    assert said.exit_code == 0, said.output
    return tmp_path / "form.xlsx"


def test_the_file_has_every_question_and_pyxform_takes_it_without_a_warning(app, written):
    made = convert(str(written), form_name="report")
    assert [one for one in made.warnings if "recommend" not in one] == []
    tree = etree.fromstring(made.xform.encode())
    asked = {one.get("nodeset").rpartition("/")[2] for one in tree.iterfind(".//x:bind", XF)}
    assert asked >= {field.name for field in ASKED if field.kind != Kind.FILES} | {name for name, *_rest in MEDIA}


def test_no_text_is_missing_in_any_language(app, written):
    """An empty one becomes a dash, unseen."""
    tree = etree.fromstring(convert(str(written), form_name="report").xform.encode())
    texts = {one.get("lang"): [value.text for value in one.iterfind(".//x:value", XF)]
             for one in tree.iterfind(".//x:translation", XF)}  # fmt: skip
    assert len(texts) == len(app.config["LANGUAGES"])
    assert not any(value in (None, "", "-") for values in texts.values() for value in values)
    assert len({len(values) for values in texts.values()}) == 1


def test_the_version_is_a_hash_of_what_the_form_says(app, cast):
    before = field_form.current()
    assert field_form.current() == before and re.fullmatch("[0-9a-f]{16}", before.version)
    assert field_form.current("MIIB").version != before.version
    db.session.query(Company).first().name = "Another name"
    assert field_form.current().version != before.version


def test_what_a_phone_loads_is_what_the_file_says(app, cast, written):
    assert field_form.xform(field_form.current()).decode() == convert(str(written), form_name="report").xform


def test_the_rows_ask_for_what_our_own_page_asks_for(app, cast):
    rows = {row.get("name", ""): row for row in field_form.current().survey}
    assert rows["company_named"]["relevant"] == "${company} = '' or ${company} = 'unknown'"
    assert rows["officer_sex"]["relevant"].startswith("selected(${topics}, 'sexual')")
    assert rows["account"]["required"] == "${spoken} = ''" and rows["could_harm"]["required"] == "yes"


def test_a_file_that_is_there_is_not_written_over(app, cast, written):
    said = app.test_cli_runner().invoke(args=["xlsform", str(written)])
    assert said.exit_code == 1 and "is there already" in said.output


@pytest.mark.skipif(not shutil.which("java"), reason="ODK Validate needs Java")
def test_odk_validate_takes_it(app, written):
    convert(str(written), form_name="report", validate=True)
