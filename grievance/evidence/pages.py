"""The words of a mail that was written as a page."""

from html.parser import HTMLParser

_SILENT = {"script", "style", "head", "title", "template", "noscript", "object", "svg"}
_VOID = {"br", "img", "hr", "meta", "link", "input", "base", "col", "wbr", "source", "area", "embed", "track"}
_BREAKS = {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "table", "blockquote", "hr", "ul", "ol"}


class _Words(HTMLParser):
    """What is hidden stays hidden: it is not taken along."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self.said.append("\n")
        if tag in _VOID:
            return
        style = (dict(attrs).get("style") or "").replace(" ", "").lower()
        hides = tag in _SILENT or "display:none" in style or "visibility:hidden" in style or "hidden" in dict(attrs)
        self._open.append((tag, hides))

    def handle_endtag(self, tag: str) -> None:
        if tag in _BREAKS:
            self.said.append("\n")
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at][0] == tag:
                del self._open[at:]
                return

    def handle_data(self, data: str) -> None:
        if not any(hides for _tag, hides in self._open):
            self.said.append(" ".join(data.split()) + (" " if data[-1:].isspace() else ""))


def words_of(page: str) -> str:
    reader = _Words()
    reader.feed(page)
    reader.close()
    lines = [line.strip() for line in "".join(reader.said).split("\n")]
    return "\n".join(line for at, line in enumerate(lines) if line or (at and lines[at - 1])).strip()
