"""`make translations`: what pages say is looked for in the code, what is new is added to each language's catalogue
without a translation, and what is missing is told (docs/translating.md).

A catalogue is only ever added to. What is in it and not found in the code stays, since some texts are put together
while the program runs; nothing is guessed from texts that look alike.
"""

import argparse
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from grievance.views.faces import COMPANY_LANGUAGES

ROOT = Path(__file__).parents[1]
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None}


def found(root: Path = ROOT) -> Catalog:
    """Each text of the code, of the templates and of the time limits' sources, with the files that it stands in."""
    texts = Catalog()
    with (root / "babel.cfg").open() as settings:
        methods, options = parse_mapping_cfg(settings)
    for file, line, text, _comments, _context in extract_from_dir(root, methods, options, KEYWORDS):
        texts.add(text, locations=[(file, line)])
    for source in _sources(root / "procedure.toml"):
        texts.add(source, locations=[("procedure.toml", 1)])
    return texts


def _sources(timetable: Path) -> Iterator[str]:
    """Where each time limit comes from, which the page on the procedure says."""
    for limit in tomllib.loads(timetable.read_text())["limits"].values():
        yield limit["source"]


def catalogues(root: Path = ROOT) -> dict[str, Path]:
    """The file of each language, by its code. That of plain English holds what differs from the code alone."""
    found = {path.parts[-3]: path for path in sorted(root.glob("translations/*/LC_MESSAGES/messages.po"))}
    return {language: path for language, path in found.items() if language != "en"}


def read(path: Path) -> Catalog:
    return read_po(BytesIO(path.read_bytes()), locale=path.parts[-3])


def update(path: Path, texts: Catalog) -> list[str]:
    """Add to a catalogue what it has not, sort it, and name what was added. Its head stays as it is."""
    catalogue, head = read(path), path.read_text().split("\n\n", 1)[0]
    new = [message for message in texts if message.id and message.id not in catalogue]
    for message in new:
        catalogue.add(message.id)
    for message in catalogue:
        message.locations = []
    body = BytesIO()
    write_po(body, catalogue, sort_output=True, no_location=True, omit_header=True, width=120)
    path.write_text(f"{head}\n\n{body.getvalue().decode().strip()}\n")
    return [singular(message) for message in new]


def singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def is_translated(message: Message) -> bool:
    """In all of its plural forms, and not by a guess that waits to be looked at."""
    forms = [message.string] if isinstance(message.string, str) else message.string
    return all(forms) and not message.fuzzy


def state(root: Path = ROOT) -> dict[str, tuple[set[str], set[str]]]:
    """For each language: which texts are translated, and which are shown in English."""
    told = {}
    for language, path in catalogues(root).items():
        messages = [message for message in read(path) if message.id]
        done = {singular(message) for message in messages if is_translated(message)}
        told[language] = (done, {singular(message) for message in messages} - done)
    return told


def report(root: Path = ROOT) -> Iterator[str]:
    """A line a language; and each text that another language has and this one has not: that one was forgotten.

    A language that companies are not offered in owes nothing of theirs. What it lacks of the complainants' texts, the
    test that walks their pages says.
    """
    languages = state(root)
    somewhere = set().union(*(done for code, (done, _missing) in languages.items() if code in COMPANY_LANGUAGES))
    for language, (done, missing) in languages.items():
        forgotten = sorted(somewhere - done) if language in COMPANY_LANGUAGES else []
        yield f"{language}: {len(done)} translated, {len(missing)} in English, {len(forgotten)} of them forgotten"
        yield from (f"    {text}" for text in forgotten)


def missing(language: str, texts: Catalog, root: Path = ROOT) -> Iterator[str]:
    """Every text that a language shows in English, under the file that it stands in."""
    for text in sorted(state(root)[language][1]):
        message = texts.get(text)
        places = sorted({file for file, _line in message.locations}) if message else ["not found in the code"]
        yield f"{', '.join(places)}: {' '.join(text.split())}"


def main() -> None:
    asked = argparse.ArgumentParser(description="Bring the catalogues up to date, and tell what is missing.")
    asked.add_argument("--missing", metavar="LANGUAGE", choices=catalogues(), help="list what it shows in English")
    language, texts = asked.parse_args().missing, found()
    if language:
        print(*missing(language, texts), sep="\n")
        return
    added = {text for path in catalogues().values() for text in update(path, texts)}
    print(*(f"new: {text}" for text in sorted(added)), *report(), sep="\n")


if __name__ == "__main__":
    main()
