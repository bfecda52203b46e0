"""Views parse, call one verb and answer: they hold neither the database's session nor a key."""

import ast
from pathlib import Path

from tests.conftest import ROOT

NOT_THEIRS = {"db", "seal", "open_sealed", "derive", "place", "seal_to", "open_with", "unit_of_work", "seal_writing"}


def taken(text: str) -> set[str]:
    """What a module imports by name."""
    imports = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)]
    return {alias.name for node in imports for alias in node.names}


def test_no_view_touches_the_session_of_the_database_or_a_key():
    views = {path: taken(path.read_text("utf-8")) for path in Path(ROOT, "grievance", "views").rglob("*.py")}
    assert len(views) > 20
    assert {str(path.name): names & NOT_THEIRS for path, names in views.items() if names & NOT_THEIRS} == {}


def test_a_view_that_takes_the_session_would_be_found():
    assert taken("def page():\n    from grievance.extensions import csrf, db\n") & NOT_THEIRS == {"db"}
