from bin import concerns as document
from tests.conftest import ROOT


def test_the_page_about_the_table_is_as_the_table_is():
    assert (ROOT / "docs" / "concerns.md").read_text() == document.page(), "run `make docs`"
