"""What makes a segment a link: for the log, and for the terminal."""

from __future__ import annotations

from functools import lru_cache

from rich.style import Style

from llmtui.markdown.addresses import Link, allowed, encoded


@lru_cache(1024)
def link_style(url: str, words: str) -> Style:
    """The style of a link's words; :func:`link_of` finds the link in it again.

    A terminal that knows
    OSC 8 gets an address that may be opened, and of one place always the same id.
    """
    style = Style.from_meta({"url": url, "words": words})
    return style + Style(link=encoded(url)) if allowed(url) else style


@lru_cache(1024)
def linked(style: Style, url: str, words: str) -> Style:
    """The style of text in ``style`` that is a link; see :func:`link_style`."""
    return style + link_style(url, words)


def link_of(style: Style) -> Link | None:
    """The link that a piece of text is part of."""
    meta = style.meta
    return Link(meta["words"], meta["url"]) if meta.get("url") else None
