"""Whose rules of time zones count: those of the pinned package `tzdata`, never those of the machine.

A system's own folder is read first by `zoneinfo`, and may be years old: the day of a company in Casablanca would end an
hour wrong. Importing this module holds also where nobody has set PYTHONTZPATH.
"""

import zoneinfo

import tzdata

zoneinfo.reset_tzpath(())
zoneinfo.ZoneInfo.clear_cache()


def edition() -> str:
    """IANA's, such as "2026f"."""
    return str(tzdata.IANA_VERSION)
