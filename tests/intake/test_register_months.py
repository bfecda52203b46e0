"""Months by their names: what an old register's people wrote, in its language and by their own words."""

from datetime import UTC, date, datetime

import pytest

from grievance.intake import register_days
from grievance.intake.register_mapping import load_mapping
from grievance.intake.register_months import MONTHS
from tests.intake.test_old_registers import BASE

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
AS_WRITTEN = {
    "3 April 2024": "en", "3 apr 2024": "en", "3 Sept. 2024": "en", "3 avril 2024": "fr", "3 févr. 2024": "fr",
    "3 апреля 2024": "ru", "3 апр. 2024": "ru", "3 Aprili 2024": "sw", "٣ أبريل ٢٠٢٤": "ar", "3 de abril de 2024": "es",
    "3 квітня 2024": "uk", "3 abril 2024": "pt", "۳ April 2024": "en",
}  # fmt: skip
OF_IRAQ = ["كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول", "تشرين الأول",
           "تشرين الثاني", "كانون الأول"]  # fmt: skip


@pytest.fixture
def plan(app, tmp_path):
    def load(first, months=""):
        (tmp_path / "map.toml").write_text(f"{first}\n{BASE}\n[months]\n{months}")
        return load_mapping(tmp_path / "map.toml")

    return load


@pytest.mark.parametrize("text", AS_WRITTEN)
def test_a_month_is_read_by_its_name_in_the_registers_language(plan, text):
    shapes = '["%d %B %Y", "%d de %B de %Y"]'
    month = 9 if "Sept" in text else 2 if "vr." in text else 4
    assert register_days.read(text, plan(f'dates = {shapes}\nlanguage = "{AS_WRITTEN[text]}"'), NOW) == date(
        2024, month, 3
    )


@pytest.mark.parametrize("number", range(1, 13))
def test_a_month_is_read_by_the_name_that_the_mapping_says(plan, number):
    months = "\n".join(f'"{theirs}" = "{ours}"' for theirs, ours in zip(OF_IRAQ, MONTHS, strict=True))
    mapping = plan('dates = ["%d %b %Y"]\nlanguage = "ar"', months)
    assert register_days.read(f"3 {OF_IRAQ[number - 1]} 2024", mapping, NOW) == date(2024, number, 3)


def test_a_month_that_nobody_said_is_no_date_and_never_todays(plan):
    mapping = plan('dates = ["%d %B %Y"]\nlanguage = "ar"')
    for name in OF_IRAQ:
        with pytest.raises(register_days.NoDay):
            register_days.read(f"3 {name} 2024", mapping, NOW)


def test_a_name_inside_another_word_is_no_month(plan):
    with pytest.raises(register_days.NoDay):
        register_days.read("3 Mayor 2024", plan('dates = ["%d %B %Y"]'), NOW)


def test_a_mapping_whose_months_lead_nowhere_is_refused_by_name(plan):
    with pytest.raises(ValueError, match=r"The mapping's \[months\] must lead to: January, .*; not 4\."):
        plan("", '"نيسان" = "4"')


def test_arabic_digits_are_looked_at_for_day_and_month_that_changed_places(plan):
    order = register_days.Order(plan('dates = ["%d/%m/%Y"]'))
    order.look(2, ["٠٣/٢٥/٢٠٢٤"])
    with pytest.raises(ValueError, match="Day and month stand the other way round"):
        order.check()
