"""Where addresses stand in a text."""

from __future__ import annotations

import re

from llmtui.desktop.browser import allowed

_BARE = re.compile(r"https?://[^\s<>\"'`|\\^{}]+", re.IGNORECASE)
_CLOSING = {")": "(", "]": "["}


def bare_links(text: str) -> list[tuple[int, int]]:
    """Where web addresses stand in plain text, without the point behind them.

    >>> text = "see https://a.b/c_(d), (http://e.f)."
    >>> [text[a:b] for a, b in bare_links(text)]
    ['https://a.b/c_(d)', 'http://e.f']
    """
    if "://" not in text:
        return []
    found = []
    for match in _BARE.finditer(text):
        url = match[0]
        while url:
            last = url[-1]
            if last in ".,;:!?*_~" or (
                last in _CLOSING and url.count(last) > url.count(_CLOSING[last])
            ):
                url = url[:-1]
            else:
                break
        if allowed(url):
            found.append((match.start(), match.start() + len(url)))
    return found
