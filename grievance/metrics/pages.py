"""What the web processes count."""

from functools import partial

from prometheus_client import Counter, Gauge, Histogram

from grievance.crypto import passwords, receipt_codes

REQUESTS = Counter("grievance_requests", "Requests answered.", ["rule", "method", "status"])
SECONDS = Histogram(
    "grievance_request_seconds",
    "From the arrival of a request to its answer's first byte.",
    ["rule"],
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10),
)
DERIVATIONS = Gauge(
    "grievance_key_derivations",
    "Argon2id derivations: 64 MiB for a password, 19 MiB for a receipt, two of each at a time in a process.",
    ["of", "state"],
    multiprocess_mode="livesum",
)


def note(rule: str, method: str, status: int, seconds: float) -> None:
    """One request: the route's rule, and the status as a class like "2xx"."""
    REQUESTS.labels(rule, method, f"{status // 100}xx").inc()
    SECONDS.labels(rule).observe(seconds)


def _derivations(of: str, state: str, by: int) -> None:
    DERIVATIONS.labels(of, state).inc(by)


passwords.TURNS.changed = partial(_derivations, "password")
receipt_codes.TURNS.changed = partial(_derivations, "receipt")
