"""The words of a web page: Markdown of a plain kind, made with the standard library.

A library that judges which part of a page is the article would know more; this one
gives all that the page says, and leaves out what is not said: scripts, styles, menus.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

_SILENT = re.compile("script|style|noscript|template|svg|nav|iframe|object|head")
_BLOCKS = re.compile(
    "address|article|aside|blockquote|dd|div|dl|dt|fieldset|figcaption|figure|footer|"
    "form|header|hr|main|ol|p|section|table|tbody|thead|ul"
)
_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}


def text_of_page(html: str) -> tuple[str, str]:
    """The title and the words of a page.

    >>> text_of_page("<title>T</title><h1>Hi</h1><p>a <b>b</b><script>x</script>")
    ('T', '# Hi\\n\\na b\\n')
    """
    reader = _Reader()
    reader.feed(_MARKED.sub("", html))
    reader.close()
    return " ".join(reader.title.split()), reader.text()


_MARKED = re.compile(r"<!\[[^>]*>?")
"""CDATA and what Word writes: the parser of older Pythons fails at some of it."""


class _Reader(HTMLParser):
    """Collects what a page says. Tags that are never closed do no harm."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self._out: list[str] = []
        self._silent: list[str] = []
        self._in_title = False
        self._pre = 0

    def text(self) -> str:
        """The words, blocks parted by one blank line."""
        text = "".join(self._out)
        text = re.sub(r"[ \t]+\n", "\n", text)
        return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title" and not self.title:
            self._in_title = True
        elif tag == "body":
            self._silent.clear()  # of a head that was never closed
        elif _SILENT.fullmatch(tag):
            self._silent.append(tag)
        elif tag == "pre":
            self._pre += 1
            self._out.append("\n\n```\n")
        elif tag == "br":
            self._out.append("\n")
        elif tag == "li":
            self._out.append("\n- ")
        elif tag in _HEADINGS:
            self._out.append(f"\n\n{_HEADINGS[tag]} ")
        elif tag in ("td", "th"):
            self._out.append(" | ")
        elif tag == "tr":
            self._out.append("\n")
        elif _BLOCKS.fullmatch(tag):
            self._out.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        elif tag in self._silent:
            del self._silent[self._silent.index(tag) :]
        elif tag == "pre" and self._pre:
            self._pre -= 1
            self._out.append("\n```\n\n")
        elif tag in _HEADINGS or _BLOCKS.fullmatch(tag):
            self._out.append("\n\n")

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        elif not self._silent:
            self._out.append(data if self._pre else self._flowing(data))

    def _flowing(self, data: str) -> str:
        """Spaces and line ends between words are one space."""
        words = re.sub(r"\s+", " ", data)
        at_start = not self._out or self._out[-1].endswith(("\n", " "))
        return words.lstrip() if at_start else words
