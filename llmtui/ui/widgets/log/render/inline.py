"""Text with emphasis, code, links and formulas, as runs of one style each."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from rich.style import Style

from llmtui.desktop.browser import allowed
from llmtui.sanitise import clean
from llmtui.ui.widgets.log.links import bare_links
from llmtui.ui.widgets.log.render.palette import Palette
from llmtui.ui.widgets.log.render.wrap import Runs

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_FORMULAS = (("$$", "$$"), ("\\(", "\\)"), ("\\[", "\\]"), ("$", "$"))
_PLAIN = frozenset("\\`*_[]<>&!$~")
_STYLES = {"strong": "strong", "em": "emphasis", "s": "struck", "link": "link"}


@cache
def _parser() -> MarkdownIt:
    """The inline parser. Imported here: it must not weigh on the start."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "breaks": True})
    parser.enable("strikethrough")
    parser.inline.ruler.before("escape", "formula", _formula)
    # A link that is not allowed is no link: its source is shown.
    parser.validateLink = allowed  # type: ignore[method-assign]
    return parser


def _formula(state: StateInline, silent: bool) -> bool:
    """Mathematics as it was written: backslashes and stars are not Markdown there."""
    source, at = state.src, state.pos
    for opening, closing in _FORMULAS:
        if source.startswith(opening, at):
            start = at + len(opening)
            end = source.find(closing, start, state.posMax)
            if end <= start or (opening == "$" and not _is_formula(source, start, end)):
                return False
            state.pos = end + len(closing)
            if not silent:
                state.push("formula", "", 0).content = source[at : state.pos]
            return True
    return False


def _is_formula(source: str, start: int, end: int) -> bool:
    """Whether what two single dollars enclose is a formula rather than prices."""
    body = source[start:end]
    return not (
        body[0].isspace()
        or body[-1].isspace()
        or "\n" in body
        or source[end + 1 : end + 2].isalnum()
    )


def inline(text: str, palette: Palette, base: Style | None = None) -> Runs:
    """The runs of a paragraph's source; their text keeps line ends as ``\\n``."""
    style = palette.text if base is None else base
    if not text:
        return []
    text = text.replace("\t", "    ")
    if _PLAIN.isdisjoint(text):
        runs: Runs = []
        _add_text(runs, text, style, palette)
        return runs
    return _runs(_parser().parseInline(text)[0].children or [], palette, style)


cell = lru_cache(4096)(inline)
"""The same for the cells of tables, which are asked for again and again."""


def _runs(tokens: list[Token], palette: Palette, base: Style) -> Runs:
    runs: Runs = []
    stack = [base]
    links = 0
    for token in tokens:
        style = stack[-1]
        if token.nesting == 1:
            style += palette[_STYLES[token.tag if token.tag != "a" else "link"]]
            if token.tag == "a":
                links += 1
                style += _address(str(token.attrGet("href") or ""))
            stack.append(style)
        elif token.nesting == -1:
            links -= token.tag == "a"
            stack.pop()
        elif token.type in ("softbreak", "hardbreak"):
            runs.append(("\n", base))
        elif token.type == "code_inline":
            content = clean(token.content).replace("\n", " ")
            runs.append((content, style + palette["inline-code"]))
        elif token.type == "formula":
            runs.append((token.content, style + palette["math"]))
        elif token.type == "image":
            address = _address(str(token.attrGet("src") or ""))
            label = clean(token.content) or "image"
            runs.append((label, style + palette["link"] + address))
        elif links:
            runs.append((clean(token.content), style))
        else:
            _add_text(runs, clean(token.content), style, palette)
    return runs


def _add_text(runs: Runs, text: str, style: Style, palette: Palette) -> None:
    """Plain text, in which addresses are links."""
    at = 0
    for start, end in bare_links(text):
        if start > at:
            runs.append((text[at:start], style))
        url = text[start:end]
        runs.append((url, style + palette["link"] + _address(url)))
        at = end
    if at < len(text):
        runs.append((text[at:], style))


@lru_cache(256)
def _address(url: str) -> Style:
    """What makes a segment a link: the log looks for it under the mouse."""
    return Style.from_meta({"url": url})


def addresses(text: str) -> list[str]:
    """The addresses of a paragraph's source, in order."""
    from llmtui.ui.widgets.log.render.palette import PLAIN

    found: list[str] = []
    for _, style in inline(text, PLAIN):
        url = style.meta.get("url")
        if url and (not found or found[-1] != url):
            found.append(str(url))
    return found
