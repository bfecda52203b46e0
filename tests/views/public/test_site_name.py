"""The association has the name of the language of whoever reads."""

import pytest

NAME = "جمعية الأمن المسؤول"


@pytest.fixture
def named(app):
    app.config["SITE_NAMES"] = {"ar": NAME}
    return app.test_client()


@pytest.mark.parametrize("path", ["/", "/safety", "/complain", "/follow"])
def test_a_page_has_the_name_of_its_language_and_any_other_the_one_of_the_setting(app, named, path):
    assert f'<span dir="auto">{NAME}</span>' in named.get(f"{path}?lang=ar").text
    assert f'<span dir="auto">{app.config["SITE_NAME"]}</span>' in named.get(f"{path}?lang=fr").text
