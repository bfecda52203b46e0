"""Every test that a document names is there: a promise whose test was renamed is held by nothing that can be found.

What is looked for: `tests/…py` and `tests/…py::name` in the Markdown of the project. A function that a test file takes
from another is no test of its own, so the name must be defined in the file that is named.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMED = re.compile(r"\btests/[\w./-]+?\.py(?:::(\w+))?")


def missing(text: str, root: Path = ROOT) -> list[str]:
    """What a text names and nobody has: paths, or `path::name`, in the order of the text."""
    lost = []
    for one in NAMED.finditer(text):
        path, _, name = one[0].partition("::")
        if not (root / path).is_file() or (name and f"def {name}(" not in (root / path).read_text()):
            lost.append(one[0])
    return lost


def main() -> int:
    """Print what is named and not there; 1 if there is any."""
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    lost = [f"{page.relative_to(ROOT)}: {one}" for page in sorted(pages) for one in missing(page.read_text())]
    print("\n".join(lost) or f"every test that {len(pages)} documents name is there")
    return bool(lost)


if __name__ == "__main__":
    sys.exit(main())
