"""What an earlier edition left is read as it was written, also before companies had more tables."""

import json

from grievance.editions.kept import Kept, as_json, from_json
from grievance.editions.register import Cell, Counted, Domain

ROW = Counted(2025, "pay", "open", "1", "KE", ("7", "7", "none", "none"), ("late", "agreed"))
KEPT = Kept(
    2025, {"0": ROW}, {2025: 1}, {2025: {"1": 1}}, 2023, {2023: Domain(("pay",), ("open",), {"1": frozenset({"KE"})})},
    frozenset({Cell("counted", 2023)}), frozenset({Cell("company_answer", 2023, ("1", "late"))}),
)  # fmt: skip


def test_what_is_kept_is_read_as_it_was_written():
    assert from_json(json.loads(json.dumps(as_json(KEPT)))) == KEPT


def test_a_row_that_says_nothing_of_how_it_was_handled_counts_as_nothing_due_and_nothing_accepted():
    said = as_json(KEPT)
    said["rows"] = [row[:-1] for row in said["rows"]]
    assert from_json(said).rows["0"].handled == ("none", "none")
