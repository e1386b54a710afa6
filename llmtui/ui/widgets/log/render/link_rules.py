"""Which links the inline parser sees, and which addresses it makes links of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from llmtui.markdown.addresses import allowed, is_relative
from llmtui.markdown.autolinks import may_have_web_links, next_web_link, web_link
from llmtui.markdown.definitions import plain_label
from llmtui.markdown.references import Definitions
from llmtui.ui.widgets.log.render.link_target import link_target

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

    Rule = Callable[[StateInline, bool], bool]


def use(parser: MarkdownIt) -> None:
    """Have ``parser`` see the links that the log shows."""
    from markdown_it import helpers, rules_inline

    # Of a link that leads nowhere the source is shown.
    parser.validateLink = _leads_somewhere  # type: ignore[method-assign]
    # It takes 0.1 ms, and a paragraph that grows is parsed many times.
    kept = lru_cache(2_000)(parser.normalizeLink)
    parser.normalizeLink = kept  # type: ignore[method-assign]
    parser.helpers = SimpleNamespace(  # type: ignore[assignment]
        parseLinkLabel=helpers.parseLinkLabel,
        parseLinkDestination=link_target,
        parseLinkTitle=helpers.parseLinkTitle,
    )
    parser.inline.ruler.at("text", _text)
    parser.inline.ruler.at("link", _where_closed(rules_inline.link))
    parser.inline.ruler.at("image", _where_closed(rules_inline.image))
    parser.inline.ruler.after("text", "web-link", _web_link)


def environment(definitions: Definitions | None) -> dict[str, Any]:
    """What the inline parser is told of the text around."""
    if definitions is None:
        return {}
    return {"references": _Named(definitions.urls), "notes": definitions.notes}


class _Named:
    """As markdown-it's table of references, but read only where it is asked."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self._urls = urls

    def get(self, label: str, default: None = None) -> dict[str, str] | None:
        url = self._urls.get(plain_label(label))
        return default if url is None else _reference(url)


@lru_cache(2_000)
def _reference(url: str) -> dict[str, str] | None:
    """An address of a definition as links have it, None if it leads nowhere."""
    from markdown_it.common.normalize_url import normalizeLink
    from markdown_it.common.utils import unescapeAll

    url = normalizeLink(unescapeAll(url))
    return {"href": url, "title": ""} if _leads_somewhere(url) else None


def _leads_somewhere(url: str) -> bool:
    return allowed(url) or is_relative(url)


def _where_closed(rule: Rule) -> Rule:
    """A rule of markdown-it, which reads all that is behind a bracket to find that it
    is never closed, and so for each."""

    def closed(state: StateInline, silent: bool) -> bool:
        is_closed = state.src.rfind("]", state.pos, state.posMax) >= 0
        return is_closed and rule(state, silent)

    return closed


def _text(state: StateInline, silent: bool) -> bool:
    """As far as the next mark or address.

    What stands in an address is no mark, such as the ``*`` in ``www.a.b/*c``.
    """
    start, source = state.pos, state.src
    mark = state.md.inline.terminator_re.search(source, start, state.posMax)
    end = mark.start() if mark else state.posMax
    if not (silent or state.linkLevel) and may_have_web_links(source):
        link = next_web_link(source, start, end, state.posMax)
        end = link.start if link else end
    if not silent:
        state.pending += source[start:end]
    state.pos = end
    return end > start


def _web_link(state: StateInline, silent: bool) -> bool:
    """An address of the web. Not while the end of a label is looked for."""
    if silent or state.linkLevel:
        return False
    link = web_link(state.src, state.pos, state.posMax)
    if link is None:
        return False
    url = state.md.normalizeLink(link.url)
    if not state.md.validateLink(url):
        return False
    state.push("link_open", "a", 1).attrs = {"href": url}
    state.push("text", "", 0).content = state.src[link.start : link.end]
    state.push("link_close", "a", -1)
    state.pos = link.end
    return True
