"""Text with emphasis, code, links and formulas, as runs of one style each."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from rich.style import Style

from llmtui.markdown.addresses import Link
from llmtui.markdown.autolinks import AutoLink, autolinks, mail_links
from llmtui.markdown.open_end import settled
from llmtui.markdown.references import Definitions
from llmtui.sanitise import clean
from llmtui.ui.widgets.log.render import (
    emphasis_rules,
    formula_rules,
    html_rules,
    link_rules,
    note_rules,
    open_rules,
)
from llmtui.ui.widgets.log.render.link_rules import environment
from llmtui.ui.widgets.log.render.link_style import link_of, linked
from llmtui.ui.widgets.log.render.palette import Palette
from llmtui.ui.widgets.log.render.wrap import Runs

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_TAB = " " * 4
_PLAIN = frozenset("\\`*_[]<>&!$~")
_NOISE = 1_500
"""Characters of a text from which on it can be no more than noise."""
_NOISY = "*~`[]()<&\\$"
_STYLES = {
    "strong": "strong", "em": "emphasis", "s": "struck", "u": "underlined",
    "kbd": "inline-code", "a": "link",
}  # fmt: skip


@cache
def _parser() -> MarkdownIt:
    """The inline parser. Imported here: it must not weigh on the start."""
    from markdown_it import MarkdownIt

    from llmtui.ui.widgets.log.render.inline_parser import InlineParser

    parser = MarkdownIt("commonmark", {"html": False, "breaks": True})
    emphasis_rules.use(parser)
    html_rules.use(parser)
    formula_rules.use(parser)
    note_rules.use(parser)
    open_rules.use(parser)
    link_rules.use(parser)
    parser.inline = InlineParser(parser)
    return parser


def inline(
    text: str,
    palette: Palette,
    base: Style | None = None,
    *,
    as_source: bool = False,
    definitions: Definitions | None = None,
    grows: bool = False,
) -> Runs:
    """The runs of a paragraph's source; their text keeps line ends as ``\\n``.

    ``as_source`` shows formulas as they were written; ``definitions`` are those of
    the whole text. Where the text still ``grows``, what is open at its end is held
    back or drawn as closed.
    """
    style = palette.text if base is None else base
    if not text:
        return []
    text = text.replace("\t", _TAB)
    is_noise = _is_noise(text)
    if grows and not is_noise:
        text = settled(text)
    if is_noise or _PLAIN.isdisjoint(text):
        runs: Runs = []
        _add_text(runs, text, autolinks(text), style, palette)
        return runs
    env = {**environment(definitions), open_rules.OPEN: grows}
    tokens = _parser().parseInline(text, env)[0].children or []
    for token in tokens:
        if token.type == "formula":
            token.content = formula_rules.shown(token.content, as_source=as_source)
    return _runs(tokens, palette, style)


def _is_noise(text: str) -> bool:
    """Whether a long text is of marks more than of words, as when a model runs wild.

    To read them takes ten times as long as words do, and a screen holds many more of
    them, for they are not shown: such a text is shown as it was written.
    """
    if len(text) < _NOISE:
        return False
    return 3 * sum(map(text.count, _NOISY)) > len(text)


cell = lru_cache(4096)(inline)
"""The same for the cells of tables, which are asked for again and again."""


def growing_cell(
    text: str,
    palette: Palette,
    base: Style | None = None,
    *,
    as_source: bool = False,
    definitions: Definitions | None = None,
) -> Runs:
    """The same for a cell that still grows: a pipe may follow a backslash."""
    return inline(
        text.removesuffix("\\"),
        palette,
        base,
        as_source=as_source,
        definitions=definitions,
        grows=True,
    )


def _runs(tokens: list[Token], palette: Palette, base: Style) -> Runs:
    runs: Runs = []
    stack = [base]
    links = 0
    for at, token in enumerate(tokens):
        style = stack[-1]
        if token.nesting == 1:
            style += palette[_STYLES[token.tag]]
            if token.tag == "a":
                links += 1
                words = _words(tokens[at + 1 : _closing(tokens, at)])
                style = linked(style, str(token.attrGet("href") or ""), words)
            stack.append(style)
        elif token.nesting == -1:
            links -= token.tag == "a"
            stack.pop()
        elif token.type in ("softbreak", "hardbreak"):
            runs.append(("\n", base))
        elif token.type == "code_inline":
            content = clean(token.content).replace("\n", " ")
            runs.append((content, style + palette["inline-code"]))
        elif token.type == "note":
            runs.append((token.content, style + palette["marker"]))
        elif token.type == "formula":
            runs.append((token.content, style + palette["math"]))
        elif token.type == "image":
            label = _words([token])
            if not links:
                address = str(token.attrGet("src") or "")
                style = linked(style + palette["link"], address, label)
            runs.append((label, style))
        elif links:
            runs.append((_shown(token.content), style))
        else:
            text = _shown(token.content)
            _add_text(runs, text, mail_links(text), style, palette)
    return runs


def _shown(content: str) -> str:
    """What the parser has made of a text: entities may have become anything."""
    return clean(content).replace("\t", _TAB)


def _closing(tokens: list[Token], at: int) -> int:
    """Where the link ends that begins at ``at``: links hold no others."""
    while tokens[at].type != "link_close":
        at += 1
    return at


def _words(tokens: list[Token]) -> str:
    """What is shown of tokens, without its styles."""
    parts = []
    for token in tokens:
        if token.type == "image":
            parts.append(_words(token.children or []) or "image")
        else:
            parts.append("\n" if token.type.endswith("break") else token.content)
    return _shown("".join(parts)).replace("\n", " ")


def _add_text(
    runs: Runs, text: str, links: list[AutoLink], style: Style, palette: Palette
) -> None:
    """Plain text with the addresses that were found in it."""
    at = 0
    for start, end, url in links:
        if start > at:
            runs.append((text[at:start], style))
        words = text[start:end]
        runs.append((words, linked(style + palette["link"], url, words)))
        at = end
    if at < len(text):
        runs.append((text[at:], style))


def links_in(text: str, definitions: Definitions | None = None) -> list[Link]:
    """The links of a paragraph's source, in order."""
    from llmtui.ui.widgets.log.render.palette import PLAIN

    found: list[Link] = []
    for _, style in inline(text, PLAIN, definitions=definitions):
        link = link_of(style)
        if link is not None and (not found or found[-1] != link):
            found.append(link)
    return found
