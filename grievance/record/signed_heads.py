"""What a checkpoint signs: one root over the ends of the chains that moved, and over how much there is in all.

The body of a checkpoint goes to people who complained, with a path from their own chain to its root. Neither tells how
many cases there are, nor how many of them moved in that hour: an employer who complains for show would learn from it
when somebody else did. So the counts are a leaf, blanks fill the tree, and the leaves lie in the order of their hashes.
The leaf of a chain does not tell how long it is: an event's hash says it, to whoever has the events.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from grievance.crypto import merkle
from grievance.models.event import OFFICE_CHAIN as OFFICE_CHAIN
from grievance.record.events import canonical

LEAST = 64
"""Leaves of the smallest tree: where so few chains move in an hour, every path is equally long."""
Head = tuple[int, str]
"""The number of a chain's last event, and its hash."""


@dataclass(frozen=True)
class SignedHeads:
    """`heads`: by chain. `log`: the end of the office's chain, moved or not. `salt`: makes the counts and the blanks
    unguessable."""

    heads: Mapping[str, Head]
    cases: int
    log: Head
    salt: str = field(default_factory=lambda: secrets.token_hex(16))

    def text(self) -> str:
        """As it is stored beside the body that has its root."""
        return canonical({"salt": self.salt, "cases": self.cases, "log": self.log, "heads": self.heads})

    @classmethod
    def parse(cls, text: str) -> "SignedHeads":
        said: dict[str, Any] = json.loads(text)
        heads = {chain: (seq, digest) for chain, (seq, digest) in said["heads"].items()}
        return cls(heads, said["cases"], (said["log"][0], said["log"][1]), said["salt"])

    @property
    def size(self) -> int:
        """How many leaves the tree has, blanks included: a power of two."""
        return max(LEAST, 1 << len(self.heads).bit_length())

    def leaves(self) -> list[bytes]:
        blanks = range(self.size - len(self.heads) - 1)
        said: tuple[list[Any], ...] = (
            ["office", self.salt, self.cases, *self.log, len(self.heads)],
            *(["chain", chain, digest] for chain, (_seq, digest) in self.heads.items()),
            *(["blank", self.salt, number] for number in blanks),
        )
        return sorted(map(_leaf, said))

    def root(self) -> str:
        return merkle.root(self.leaves()).hex()

    def path(self, chain: str) -> tuple[int, list[str]]:
        """Where this chain's leaf lies, and the path from it to the root. Raises KeyError where it did not move."""
        leaf, leaves = _leaf(["chain", chain, self.heads[chain][1]]), self.leaves()
        index = leaves.index(leaf)
        return index, [step.hex() for step in merkle.path(leaves, index)]


def _leaf(said: list[Any]) -> bytes:
    return merkle.leaf(canonical(said).encode())
