"""A date as it is typed: in any order that says which is which, and in any digits; else the writer is asked."""

import pytest

from grievance.forms import typed_dates
from grievance.forms.fields import BadInput, Field, Kind, clean

DAY = (Field("on", "Date", Kind.DATE),)


@pytest.mark.parametrize(
    "typed",
    ["2026-12-20", "2026/12/20", "2026.12.20", "20.12.2026", "20/12/2026", "20-12-2026", "12/20/2026", " 20.12.2026 ",
     "٢٠٢٦-١٢-٢٠", "٢٠/١٢/٢٠٢٦", "\u200f٢٠\u200f/١٢/٢٠٢٦", "۲۰۲۶/۱۲/۲۰", "२०.१२.२०२६", "২০/১২/২০২৬"],
)  # fmt: skip
def test_the_twentieth_of_december_is_understood_however_it_is_written(app, typed):
    assert clean(DAY, {"on": typed}) == {"on": "2026-12-20"}


@pytest.mark.parametrize(("typed", "meant"), [("03.04.2026", "2026-04-03"), ("3.4.2026", "2026-04-03"),
                                              ("04/04/2026", "2026-04-04"), ("2026-4-3", "2026-04-03")])  # fmt: skip
def test_dots_put_the_day_first_and_a_day_that_is_its_month_is_one_date(app, typed, meant):
    assert typed_dates.read(typed) == meant


@pytest.mark.parametrize("typed", ["03/04/2026", "3-4-2026", "٠٣/٠٤/٢٠٢٦"])
def test_a_date_that_can_be_two_is_asked_about_with_both(app, typed):
    with pytest.raises(BadInput) as asked:
        clean(DAY, {"on": typed})
    assert "2026-04-03" in asked.value.errors["on"] and "2026-03-04" in asked.value.errors["on"]


@pytest.mark.parametrize(
    "typed", ["20.12.26", "20122026", "20.12/2026", "tomorrow", "20 December", "1.2.3.2026", "²-1-2026"]
)
def test_what_is_no_date_is_told_how_one_is_written(app, typed):
    with pytest.raises(ValueError, match="2026-05-03"):
        typed_dates.read(typed)


@pytest.mark.parametrize("typed", ["2026-02-30", "31.04.2026", "31/31/2026", "0/12/2026"])
def test_a_day_that_the_calendar_has_not_is_said_to_be_none(app, typed):
    with pytest.raises(typed_dates.NoSuchDate):
        typed_dates.read(typed)


@pytest.mark.parametrize("typed", ["1405-09-29", "2926-12-20"])
def test_a_year_far_away_is_asked_about(app, typed):
    with pytest.raises(ValueError, match="check the year"):
        typed_dates.read(typed)
