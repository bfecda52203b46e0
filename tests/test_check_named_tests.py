"""bin/check_named_tests.py: what a document names as its test must be there."""

import pytest

from bin.check_named_tests import missing


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("held by tests/test_a.py::test_it_holds", []),
        ("held by `tests/test_a.py`.", []),
        ("held by tests/test_a.py::test_it_held", ["tests/test_a.py::test_it_held"]),
        ("held by tests/test_a.py::test_it", ["tests/test_a.py::test_it"]),
        ("held by tests/deep/test_b.py", ["tests/deep/test_b.py"]),
        ("| one | tests/test_a.py::test_it_holds tests/test_c.py::test_x |", ["tests/test_c.py::test_x"]),
    ],
)
def test_a_test_that_is_named_and_not_there_is_said(tmp_path, text, lost):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_a.py").write_text("def test_it_holds(app):\n    assert app\n")
    assert missing(text, tmp_path) == lost
