"""Generated cases: words of eight languages as often as words are, copied letters, and several writings each."""

import os
import random
from collections.abc import Iterator
from itertools import islice

from grievance.crypto.sealing import size_of
from grievance.reports.searchable import places
from grievance.search.segment import KEY, Document, Reader, Writer, entries_of
from grievance.search.store import Facts, Segment

ALPHABETS = (
    "abcdefghilmnoprstu", "abcdefghilmnoprstuéèçœ", "abcdefgilmnorstuñáé", "abcdefgilmnorstuãçõ",
    "ابتثجحخدرسشصعفقكلمنهوي", "abchijklmnopstuwyz", "абвгдежзиклмнопрстуя", "абвгдежзіклмнопрстуїє",
)  # fmt: skip
KINDS = 6000
"""Different words of each language."""


class Office:
    """What people of an office wrote: `texts` by writing (case, text), the same each time for a seed."""

    def __init__(self, cases: int, seed: int = 7) -> None:
        self.draw = random.Random(seed)
        self.words = [[self._word(letters) for _n in range(KINDS)] for letters in ALPHABETS]
        self.often = [1 / (n + 2) for n in range(KINDS)]
        for n in range(1, KINDS):
            self.often[n] += self.often[n - 1]
        letter = self._text(0, 300)
        self.texts: list[tuple[int, str]] = []
        for case in range(cases):
            language = self.draw.randrange(len(ALPHABETS)) if case % 2 else 0
            for _each in range(self.draw.randint(1, 4)):
                own = self._text(language, self.draw.choice((20, 60, 120, 250)))
                self.texts.append((case, own if self.draw.random() > 0.02 else letter))

    def _word(self, letters: str) -> str:
        return "".join(self.draw.choices(letters, k=self.draw.choice((2, 3, 4, 5, 6, 7, 8, 9, 11))))

    def _text(self, language: int, length: int) -> str:
        chosen = self.draw.choices(self.words[language], cum_weights=self.often, k=length)
        marks = self.draw.choices((" ", " ", " ", " ", ", ", ". ", "\n"), k=length)
        return "".join(word + mark for word, mark in zip(chosen, marks, strict=True))

    def documents(self, first: int = 0, most: int | None = None) -> list[Document]:
        """What the index is told of these texts: of all, or of so many from one on."""
        made = []
        for number, (case, text) in islice(enumerate(self.texts), first, None if most is None else first + most):
            whose = case.to_bytes(16, "big") + number.to_bytes(16, "big")
            made.append(Document(whose, size_of(len(text.encode()) + 40), places([text])))
        return made

    def queries(self, number: int) -> Iterator[str]:
        """Rare words and common ones, forms, phrases of two common words, beginnings, and two words of one case."""
        for n in range(number):
            case, text = self.draw.choice(self.texts)
            words = [word for word in text.replace(".", " ").replace(",", " ").split() if len(word) > 2]
            at = self.draw.randrange(len(words) - 1)
            other = self.draw.choice([one for of, one in self.texts if of == case]).split()[0].strip(".,")
            yield (
                words[at], self.draw.choice(self.words[0]), f"{words[0]} {other}", f"{self.draw.choice(words)[:3]}*",
                f'"{self.words[0][n % 9]} {self.words[0][n % 7]}"', f'"{" ".join(text.split()[2:4])}"',
            )[n % 6]  # fmt: skip


def segment(documents: list[Document], number: int = 1) -> tuple[Segment, int]:
    """A segment of these with all its blocks opened, and how many bytes it takes."""
    key, facts = os.urandom(KEY), Facts(len(documents), sum(one.volume for one in documents))
    writer = Writer(key, facts.room)
    sealed = list(writer.blocks(entries_of(documents), [one.whose for one in documents]))
    reader = Reader(key, writer.contents(), writer.words)
    opened = {n: reader.open(n, block) for n, block in enumerate(sealed)}
    return Segment(number, facts, reader, opened), sum(map(len, sealed))
