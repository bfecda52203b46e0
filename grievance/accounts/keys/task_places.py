"""The place of a task's key and words: moved to another task, neither opens."""

from grievance.crypto.sealing import place


def task_place(task_id: str) -> bytes:
    return place("task", task_id)
