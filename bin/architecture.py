"""`make docs`: what docs/architecture.md says of the code is read from the code.

Made anew each time: the picture of the rooms and who uses whom, the list of files with the first sentence that each
says of itself, the picture of the procedure, and the address behind every link whose words are a name of the code.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "architecture.md"
MADE = re.compile(r"(<!-- made by `make docs`: (\w+) -->\n).*?(<!-- end -->)", re.S)
LINK = re.compile(r"\[`([^`\]]+)`\]\(([^)]*)\)")
HOUSE = "grievance"


def modules(root: Path = ROOT) -> dict[str, Path]:
    """Each module of the program by its dotted name."""
    files = sorted((root / HOUSE).rglob("*.py"))
    return {".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path for path in files}


def room(module: str) -> str:
    """The package directly in the house that a module belongs to, or the module itself."""
    return ".".join(module.split(".")[1:2]) or "create_app"


def uses(root: Path = ROOT) -> dict[str, set[str]]:
    """Which rooms each room imports from, also those that it imports late."""
    there, found = modules(root), defaultdict[str, set[str]](set)
    for module, path in there.items():
        for name in _imported(ast.parse(path.read_text())):
            while name and name not in there:
                name = name.rpartition(".")[0]
            if name and room(name) != room(module):
                found[room(module)].add(room(name))
    return {room(module): found[room(module)] for module in there}


def _imported(tree: ast.Module) -> Iterator[str]:
    """Names that a module imports, each as far as it may be a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def reached(graph: dict[str, set[str]], start: str) -> set[str]:
    """All rooms that are found by following the arrows from one."""
    found: set[str] = set()
    waiting = list(graph.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += graph.get(name, ())
    return found


def plain(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """The same without the arrows that follow from others; those of a circle stay."""
    told = {}
    for name, below in graph.items():
        detours = set().union(*(reached(graph, other) for other in below if name not in reached(graph, other)), set())
        told[name] = below - detours
    return told


def picture(root: Path = ROOT) -> str:
    """Mermaid: an arrow says "uses"; what follows from other arrows is left out, so that it can be read."""
    graph = uses(root)
    alone = [f"    {name}" for name in sorted(graph) if not graph[name] and name not in set().union(*graph.values())]
    arrows = [f"    {name} --> {below}" for name, all_below in plain(graph).items() for below in sorted(all_below)]
    return "\n".join(["```mermaid", "flowchart TD", *alone, *arrows, "```", ""])


def first_sentence(path: Path) -> str:
    """What a file says of itself. Raises LookupError for one that says nothing."""
    said = ast.get_docstring(ast.parse(path.read_text()))
    if not said:
        raise LookupError(f"{path} has no docstring")
    return re.split(r"(?<=[.!?])\s", " ".join(said.split("\n\n")[0].split()))[0].replace("|", "\\|")


def files(root: Path = ROOT) -> str:
    """Each room with its files and the first sentence of each."""
    rooms: dict[str, list[Path]] = defaultdict(list)
    for module, path in modules(root).items():
        rooms[room(module) if (root / HOUSE / room(module)).is_dir() else ""].append(path)
    return "\n".join(line for name in sorted(rooms) for line in (*_room(name, rooms[name], root), ""))


def _room(name: str, paths: Iterable[Path], root: Path) -> Iterator[str]:
    yield f"**`{HOUSE}/{name}/`**" if name else f"**`{HOUSE}/`**"
    yield ""
    for path in paths:
        inside = path.relative_to(root / HOUSE / name)
        yield f"- [{inside}](../{path.relative_to(root)}): {first_sentence(path)}"


def defined(root: Path = ROOT) -> dict[str, list[str]]:
    """Where each name of the outermost level, each file and each folder is, as seen from docs/."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in [*modules(root).values(), root / "config.py"]:
        for name in {path.name, *_names(ast.parse(path.read_text()))}:
            found[name].append(f"../{path.relative_to(root)}")
    for folder in filter(Path.is_dir, (root / HOUSE).rglob("[a-z]*")):
        found[f"{folder.name}/"].append(f"../{folder.relative_to(root)}")
    return found


def _names(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def linked(text: str, root: Path = ROOT) -> str:
    """The text with the address of each name of the code as it is now. Of several places that define a name, the one
    that is written stays. Raises LookupError with each name that is nowhere, or in several places but not in that one.
    """
    there, doubtful = defined(root), []

    def link(found: re.Match[str]) -> str:
        name, place = found.groups()
        places = there.get(name, [])
        if place not in places and len(places) != 1:
            doubtful.append(f"`{name}` is in {', '.join(places) or 'no file'}")
            return found[0]
        return f"[`{name}`]({place if place in places else places[0]})"

    told = LINK.sub(link, text)
    if doubtful:
        raise LookupError("docs/architecture.md: write which is meant: " + "; ".join(doubtful))
    return told


def made(text: str, root: Path = ROOT) -> str:
    """The page with everything in it that is read from the code."""
    parts = {"picture": picture, "files": files, "procedure": procedure}
    return linked(MADE.sub(lambda found: found[1] + parts[found[2]](root) + found[3], text), root)


def procedure(root: Path = ROOT) -> str:
    """The picture of the procedure, as docs/procedure.md has it."""
    return re.search(r"```mermaid\n.*?```\n", (root / "docs" / "procedure.md").read_text(), re.S)[0]  # type: ignore[index]


if __name__ == "__main__":
    PAGE.write_text(made(PAGE.read_text()))
