"""Where addresses stand in a text: the extension "autolink" of GFM.

After cmark-gfm's ``extensions/autolink.c``, but for what is not opened anyhow
(``ftp``, ``xmpp``), and for texts without blanks between words: an address ends
at a full-width mark, and ``www.`` may follow a letter that no address has.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from llmtui.markdown.addresses import allowed

_FULL_WIDTH = (
    "\u3000-\u3002\u3008-\u3011\u3014-\u301f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40"
    "\uff5b-\uff65“”‘’…—"
)
_WEB = re.compile(
    r"(?<![a-zA-Z])[hH][tT][tT][pP][sS]?://"
    rf"(?:\[[0-9a-fA-F:.]{{2,45}}\]|[^\s!-/:-@\[-`{{-~{_FULL_WIDTH}])"
    r"|(?<![a-zA-Z0-9/.@:=&?#%+-])www\."
)
_LONGEST_START = 60
"""Characters that what is sure to begin an address has at most."""
_TAIL = re.compile(rf"[^\s<\"`\\{_FULL_WIDTH}]*")
_DOMAIN = re.compile(r"[\w.-]*")
_ENTITY = re.compile(r"&[a-zA-Z]+;\Z")
_NAME = re.compile(r"[a-zA-Z0-9.+_-]")
_MAIL_HOST = re.compile(r"[a-zA-Z0-9_-]+(?:\.[a-zA-Z0-9][a-zA-Z0-9_-]*)+(?![\w@+-])")
_BEGUN = re.compile(
    r"(?<![a-zA-Z])h(?:t(?:t(?:ps?(?::/?)?)?)?)?\Z"
    r"|(?<![a-zA-Z0-9/.@:=&?#%+-])w{1,3}\Z",
    re.IGNORECASE,
)
"""The end of a text that may begin an address."""
_SCHEME = re.compile(
    r"(?<![a-zA-Z])https?://|(?<![a-zA-Z0-9/.@:=&?#%+-])www\.", re.IGNORECASE
)
_OPEN_MAIL = re.compile(r"(?<=[a-zA-Z0-9.+_-])@[\w.-]*\Z")
_LONGEST_WORD = 2_000
_OPENING = {")": "(", "]": "["}


class AutoLink(NamedTuple):
    """An address as it stands in a text."""

    start: int
    end: int
    url: str
    """Where it leads to."""


def autolinks(text: str) -> list[AutoLink]:
    """The addresses in plain text, from left to right.

    >>> text = "see https://a.b/c_(d), (www.e.f) or me@g.h."
    >>> [text[a:b] for a, b, _ in autolinks(text)]
    ['https://a.b/c_(d)', 'www.e.f', 'me@g.h']
    >>> autolinks("www.a.b")
    [AutoLink(start=0, end=7, url='http://www.a.b')]
    """
    found: list[AutoLink] = []
    at = 0
    is_worth_it = may_have_web_links(text)
    while is_worth_it and (link := next_web_link(text, at, len(text))):
        found += mail_links(text, at, link.start)
        found.append(link)
        at = link.end
    return found + mail_links(text, at)


@lru_cache(16)
def may_have_web_links(text: str) -> bool:
    """Whether a text can hold an address of the web: a quick look."""
    return "://" in text or "www." in text


def next_web_link(
    text: str, start: int, before: int, end: int | None = None
) -> AutoLink | None:
    """The first address of the web that starts at ``start`` or behind it, but
    ``before`` a place; it may go on until ``end``."""
    stop = len(text) if end is None else end
    while match := _WEB.search(text, start, min(stop, before + _LONGEST_START)):
        if match.start() >= before:
            break
        link = web_link(text, match.start(), stop)
        if link is not None:
            return link
        start = match.end()
    return None


def web_link(text: str, at: int, end: int | None = None) -> AutoLink | None:
    """The address of the web that starts at ``at``, None if none does."""
    stop = len(text) if end is None else end
    match = _WEB.match(text, at, stop)
    if match is None:
        return None
    is_bare = match[0][-1] == "."
    domain = _DOMAIN.match(text, at if is_bare else text.index("//", at) + 2, stop)
    tail = _TAIL.match(text, match.end(), stop)
    assert domain is not None
    assert tail is not None
    if not _is_domain(domain[0], bare=is_bare):
        return None
    shown = _trimmed(text[at : tail.end()].partition("](")[0])
    url = f"http://{shown}" if is_bare else shown
    return AutoLink(at, at + len(shown), url) if allowed(url) else None


def mail_links(text: str, start: int = 0, end: int | None = None) -> list[AutoLink]:
    """The addresses of people in a part of a text without addresses of the web."""
    stop = len(text) if end is None else end
    found: list[AutoLink] = []
    at = text.find("@", start, stop)
    while at >= 0:
        first = at
        while first > start and _NAME.match(text[first - 1]):
            first -= 1
        host = _MAIL_HOST.match(text, at + 1, stop)
        before = text[first - 1 : first]
        if host and first < at and before != "/" and host[0][-1].isalpha():
            scheme = (
                7 if text[max(start, first - 7) : first].lower() == "mailto:" else 0
            )
            link = AutoLink(
                first - scheme, host.end(), f"mailto:{text[first : host.end()]}"
            )
            found.append(link)
            start = host.end()
        at = text.find("@", max(at + 1, start), stop)
    return found


def settled_addresses(text: str, at: int = 0) -> str:
    """A text that grows without the end of it that may be, or belong to, an address
    that is behind ``at``.

    >>> settled_addresses("see htt"), settled_addresses("at www.a.b)")
    ('see ', 'at www.a.b')
    >>> settled_addresses("me@gmail.c"), settled_addresses("so it is")
    ('me', 'so it is')
    """
    last = text[max(at, len(text) - _LONGEST_WORD) :].split()[-1:]
    if not last or text[-1].isspace():
        return text
    start = len(text) - len(last[0])
    if found := _SCHEME.search(text, start):
        link = web_link(text, found.start())
        end = found.start() if link is None else link.end
        is_open = _TAIL.fullmatch(text, end) is not None
        return text[:end] if is_open else text
    if found := _BEGUN.search(text, start) or _OPEN_MAIL.search(text, start):
        return text[: found.start()]
    return text


def _is_domain(domain: str, *, bare: bool) -> bool:
    """GFM's "valid domain"; with a scheme before it one word is enough.

    >>> _is_domain("www.a-b.c", bare=True), _is_domain("www.a_b.c", bare=True)
    (True, False)
    """
    last_two = domain.rstrip(".").split(".")[-2:]
    if any("_" in part for part in last_two):
        return False
    return not bare or len([part for part in domain.split(".") if part]) > 1


def _trimmed(address: str) -> str:
    """An address without what belongs to the sentence around it.

    >>> _trimmed("www.a.b/x_(y))."), _trimmed("www.a.b?c=d&hl;")
    ('www.a.b/x_(y)', 'www.a.b?c=d')
    """
    while address:
        last = address[-1]
        if entity := _ENTITY.search(address):
            address = address[: entity.start()]
        elif last in "?!.,:;*_~'|" or (
            last in _OPENING and address.count(last) > address.count(_OPENING[last])
        ):
            address = address[:-1]
        else:
            break
    return address
