"""What became of a sign that was handed in somewhere."""

from enum import StrEnum


class HandedIn(StrEnum):
    TAKEN = "taken"
    REFUSED = "refused"
    """For this address, and it will be again."""
    NOT_NOW = "not now"
    """It surely did not go: the line, the server, or it wants less at once."""
    UNKNOWN = "unknown"
    """It may have gone: nobody answered. Another try on the same day could be a second sign."""
