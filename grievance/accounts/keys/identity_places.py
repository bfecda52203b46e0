"""The places of an identity's ciphertexts: moved to another row, entry or request, none of them opens. A new key of a
party seals them again, each at its own place."""

from grievance.crypto.sealing import place


def half_place(side: str, entry_id: str) -> bytes:
    return place("identity-half", side, entry_id)


def words_place(request_id: str) -> bytes:
    return place("identity-words", request_id)


def answer_place(request_id: str) -> bytes:
    return place("identity-answer", request_id)


def disclosure_place(case_id: str, share_id: str) -> bytes:
    return place("identity-share", case_id, share_id)
