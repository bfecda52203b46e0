"""Sizes that tell little: Padmé (Nikitin and others, *Reducing Metadata Leakage from Encrypted Files*, 2019)."""

FLOOR = 4096
"""Bytes that the smallest file takes: of a short text 12 parts in 100 would be a few words."""


def padme(length: int) -> int:
    """The next size that has, in binary, no more digits after its first ones than these ones have digits: at most 12
    in 100 more than `length` bytes, and of all files up to 25 MB no more than 443 sizes."""
    exponent = max(length, 1).bit_length() - 1
    free = exponent - exponent.bit_length()
    mask = (1 << free) - 1
    return (length + mask) & ~mask


def padded(length: int) -> int:
    """How many bytes a file of so many takes before it is sealed."""
    return max(FLOOR, padme(length))
