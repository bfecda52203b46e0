"""What is stored, and by constraints what must be true of it."""

from grievance.models import case, event, heartbeat, keys, limit, people, writing

__all__ = ["case", "event", "heartbeat", "keys", "limit", "people", "writing"]
