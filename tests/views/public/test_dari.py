"""Dari, where an office named it: whole pages from right to left, in the digits of its readers."""

import re
from datetime import timedelta

import pytest

from grievance import clock, demonstration
from tests.views.public.test_digits import western

MONTHS = "جنوری|فبروری|مارچ|اپریل|می|جون|جولای|اگست|سپتمبر|اکتوبر|نومبر|دسمبر"


@pytest.fixture
def reader(app, monkeypatch):
    """Somebody whose telephone asks for it by the name that CLDR has for it."""
    monkeypatch.setitem(app.config, "LANGUAGES", ["en", "prs"])
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fa-AF"
    return client


@pytest.mark.parametrize(
    "path", ["/", "/procedure", "/safety", "/help?harm=4", "/complain", "/complain/paper", "/follow"]
)
def test_a_page_in_dari_runs_from_right_to_left_in_one_kind_of_digits(reader, path):
    page = reader.get(path)
    assert '<html lang="prs" dir="rtl"' in page.text and western(page) == []


def test_her_page_in_dari_says_days_with_the_months_of_kabul(reader, cast):
    code = demonstration.walk_story(cast, "respond", clock.now() - timedelta(days=40))[1]
    reader.post("/follow", data={"code": code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))})
    page = reader.get("/follow/case")
    assert "شرکت جواب داد." in page.text and western(page) == []
    assert re.search(rf"[۰-۹] (?:{MONTHS}) [۰-۹]{{4}}", page.text)
