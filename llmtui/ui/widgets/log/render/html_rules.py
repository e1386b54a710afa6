"""The few tags of HTML that the inline parser knows; all others are text.

Models write them where Markdown has no mark of its own: a line end in a table's
cell, a key, a small letter. A tag without its partner is text as well.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from llmtui.ui.widgets.log.render.open_rules import OPEN, open_from
from llmtui.ui.widgets.log.render.raised import lowered, raised

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_SHOWN = {
    "a": "a", "b": "strong", "strong": "strong", "i": "em", "em": "em", "u": "u",
    "s": "s", "del": "s", "kbd": "kbd", "summary": "strong", "sub": "", "sup": "",
}  # fmt: skip
"""Tags that come in pairs, and the one that each is drawn as."""
_ALONE = {"br", "img"}
_AROUND = {"details"}
"""Tags around blocks: not drawn, nor is the line that they leave empty."""

_LONGEST = 1_000
_RAISED = 60
"""Tokens that are drawn above or below the line at once; more are no small letters."""
_TAG = re.compile(
    r"<(/?)([a-zA-Z]+)"
    r"((?:\s+[a-zA-Z_:][\w:.-]*(?:\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'|[^\s\"'=<>`]+))?)*)"
    r"\s*/?>"
)
_ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|(\S+))")


def use(parser: MarkdownIt) -> None:
    """Have ``parser`` see the tags that the log shows."""
    parser.inline.ruler.after("autolink", "tag", _tag)
    parser.inline.ruler2.push("tag-pairs", _pairs)


def _tag(state: StateInline, silent: bool) -> bool:
    """One tag; which of them are pairs shows at the end of the text."""
    if state.src[state.pos] != "<":
        return False
    found = _TAG.match(state.src, state.pos, min(state.posMax, state.pos + _LONGEST))
    if found is None:
        return False
    name = found[2].lower()
    if name not in _SHOWN and name not in _AROUND and (name not in _ALONE or found[1]):
        return False
    state.pos = found.end()
    if silent:
        return True
    if name == "br":
        state.push("hardbreak", "br", 0)
    elif name == "img":
        _image(state, found)
    else:
        token = state.push("tag", name, 0)
        token.content = found[0]
        token.info = found[1] or "open"
        token.attrs = {**_attributes(found[3])}
    return True


def _image(state: StateInline, found: re.Match[str]) -> None:
    attributes = _attributes(found[3])
    url = state.md.normalizeLink(attributes.get("src", ""))
    if not state.md.validateLink(url):
        state.push("text", "", 0).content = found[0]
        return
    token = state.push("image", "img", 0)
    token.content = attributes.get("alt", "")
    token.attrs = {"src": url}
    token.children = []
    state.md.inline.parse(token.content, state.md, {}, token.children)


def _attributes(text: str) -> dict[str, str]:
    """
    >>> _attributes(' href="https://a.b" id=x')
    {'href': 'https://a.b', 'id': 'x'}
    """
    from markdown_it.common.utils import unescapeAll

    return {
        name.lower(): unescapeAll(first or second or third)
        for name, first, second, third in _ATTRIBUTE.findall(text)
    }


def _pairs(state: StateInline) -> None:
    """Make pairs of the tags that were found, and text of the rest."""
    opened: list[int] = []
    tokens = state.tokens
    for at, token in enumerate(tokens):
        if token.type != "tag":
            continue
        if token.tag in _AROUND:
            _drop_with_line_end(tokens, at)
        elif token.info == "open":
            opened.append(at)
        else:
            pairs = (o for o in reversed(opened) if tokens[o].tag == token.tag)
            partner = next(pairs, None)
            if partner is not None:
                del opened[opened.index(partner) :]
                _join(state, partner, at)
    if state.env.get(OPEN):
        first = open_from(tokens)
        for at in reversed([at for at in opened if at >= first]):
            state.push("tag", tokens[at].tag, 0)
            _join(state, at, len(tokens) - 1)
    for token in tokens:
        if token.type == "tag":
            token.type = "text"


def _drop_with_line_end(tokens: list[Token], at: int) -> None:
    """Draw nothing for a tag that may have a line for itself."""
    opens = tokens[at].info == "open"
    _drop(tokens[at])
    for beside in tokens[at + 1 : at + 2] if opens else tokens[at - 1 : at]:
        if beside.type == "softbreak":
            _drop(beside)


def _join(state: StateInline, start: int, end: int) -> None:
    """Draw the pair of tags at two places."""
    tokens = state.tokens
    first, last = tokens[start], tokens[end]
    name = first.tag
    if name == "a" and not _link(state, first):
        first.type = last.type = "text"
    elif name in ("sub", "sup"):
        _move(tokens, start, end)
    else:
        tag = _SHOWN[name]
        first.type, last.type = f"{tag}_open", f"{tag}_close"
        first.tag = last.tag = tag
        first.nesting, last.nesting = 1, -1
        if tag == "a":
            first.type, last.type = "link_open", "link_close"


def _link(state: StateInline, token: Token) -> bool:
    """Whether a tag leads somewhere; its address is made that of a link."""
    url = state.md.normalizeLink(str(token.attrs.get("href", "")))
    token.attrs = {"href": url}
    return bool(url) and state.md.validateLink(url)


def _move(tokens: list[Token], start: int, end: int) -> None:
    """Draw what is between two tags above or below the line."""
    first, last = tokens[start], tokens[end]
    inner = tokens[start + 1 : min(end, start + _RAISED + 2)]
    move = raised if first.tag == "sup" else lowered
    _drop(first)
    _drop(last)
    if len(inner) <= _RAISED and all(token.type == "text" for token in inner):
        text = move("".join(token.content for token in inner))
        for token in inner:
            _drop(token)
        first.content = text
    else:
        first.content, last.content = ("^(" if move is raised else "_("), ")"


def _drop(token: Token) -> None:
    token.type, token.content, token.nesting = "text", "", 0
