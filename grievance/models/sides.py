"""Who owes and who reads: the sides of a case, as the database and the record name them."""

SECRETARIAT, COMPANY, COMPLAINANT, APPROVER, BOARD = "secretariat", "company", "complainant", "approver", "board"
OF_THE_OFFICE = (SECRETARIAT, APPROVER)
ALL, HER, NONE = frozenset({COMPLAINANT, COMPANY}), frozenset({COMPLAINANT}), frozenset[str]()
"""Who is shown something besides the Secretariat, which sees all: both sides, the complainant alone, nobody."""
