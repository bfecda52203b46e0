"""A tree of hashes (RFC 6962, 2.1): one root stands for many leaves, and a short path shows that a leaf is among them.

Leaves and nodes are hashed apart: otherwise a node could be shown as a leaf that nobody signed.
"""

import hashlib
from collections.abc import Sequence


def leaf(data: bytes) -> bytes:
    """The 32 bytes that stand for a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaves as `leaf` gives them, in this order; of none, the hash of nothing."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256().digest()
    half = _half(len(leaves))
    return node(root(leaves[:half]), root(leaves[half:]))


def path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """What one leaf's root is made of besides the leaf, from the leaf upwards."""
    if len(leaves) < 2:
        return []
    half = _half(len(leaves))
    if index < half:
        return [*path(leaves[:half], index), root(leaves[half:])]
    return [*path(leaves[half:], index - half), root(leaves[:half])]


def root_by(found: bytes, index: int, size: int, steps: Sequence[bytes]) -> bytes | None:
    """The root that a leaf at this index of so many gives with its path; None where no path looks like this."""
    if not 0 <= index < size:
        return None
    if size == 1:
        return None if steps else found
    if not steps:
        return None
    half = _half(size)
    if index < half:
        left = root_by(found, index, half, steps[:-1])
        return left and node(left, steps[-1])
    right = root_by(found, index - half, size - half, steps[:-1])
    return right and node(steps[-1], right)


def _half(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
