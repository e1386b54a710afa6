"""Which addresses are links, and where they are in a text."""

from __future__ import annotations

import re

from llmtui.sanitise import FORBIDDEN

_ALLOWED = re.compile(r"(?:https?://[^\s/]|mailto:[^\s@]+@)", re.IGNORECASE)
_BARE = re.compile(r"https?://[^\s<>\"'`|\\^{}]+", re.IGNORECASE)
_CLOSING = {")": "(", "]": "["}


def allowed(url: str) -> bool:
    """Whether an address may be opened: the web and mail, nothing on this machine.

    >>> [allowed(u) for u in ("https://a.b/c", "mailto:me@a.b", "HTTP://x")]
    [True, True, True]
    >>> [allowed(u) for u in ("javascript:alert(1)", "/etc/passwd", "ssh://h", "")]
    [False, False, False, False]
    """
    return _ALLOWED.match(url) is not None and not FORBIDDEN.search(url)


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
