"""The application behind a clock that is wrong by as many seconds as the file `CLOCK_FILE` says."""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from itsdangerous import TimestampSigner

from grievance import clock

WRONG_BY = Path(os.environ["CLOCK_FILE"])


def _seconds() -> int:
    return int(WRONG_BY.read_text() or 0)


clock.now = lambda: datetime.now(UTC) + timedelta(seconds=_seconds())
TimestampSigner.get_timestamp = lambda _self: int(time.time()) + _seconds()

from wsgi import app  # noqa: E402  what it imports must find this clock

__all__ = ["app"]
