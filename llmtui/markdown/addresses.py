"""What an address is: may it be opened, where does it lead, is it what it looks like.

Pure: nothing is opened or asked here.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple
from urllib.parse import quote, unquote

from llmtui.sanitise import FORBIDDEN, clean_line

_ALLOWED = re.compile(r"(?:https?://[^\s/]|mailto:[^\s@]+@)", re.IGNORECASE)
_ATTACHES = re.compile(r"mailto:.*[?&;]\s*attach", re.IGNORECASE | re.DOTALL)
"""Some mail programs put a file of this machine into the letter by it."""
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_HOST = re.compile(r"https?:[/\\]{2}([^/\\?#]*)|mailto:[^?]*@([^?,]*)", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]@((?:[\w-]+\.)+[\w-]+)")
_NAMED = re.compile(r"(https?://|www\.)?((?:[\w-]+\.)+[^\W\d_][\w-]*)", re.IGNORECASE)
_ZONES = {
    "com", "net", "org", "edu", "gov", "mil", "int", "info", "biz", "name", "pro",
    "online", "site", "store", "shop", "xyz", "top", "club", "live", "news", "blog",
    "cloud", "tech", "page", "bank", "digital", "agency", "app", "dev",
}  # fmt: skip
"""Ends of host names that are no country's, as far as they are usual."""
_SUFFIXES = {
    "cc", "cs", "go", "hs", "js", "kt", "md", "mk", "ml", "pl", "ps", "py", "rb", "rs",
    "sh", "so", "ts", "vi",
}  # fmt: skip
"""Ends of file names that may be a country's too: ``README.md`` is no host."""
_LOOKALIKES = frozenset(
    "аеорсухіјѕһӏԁԛԝьѵҽոսցհօզ"  # Cyrillic and Armenian
    "αοιυνρκτχγω"  # Greek
)
"""Letters of other scripts that look like Latin ones."""
_TOGETHER = (
    {"LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC"},
    {"LATIN", "CJK", "BOPOMOFO"},
    {"LATIN", "CJK", "HANGUL"},
)
"""Scripts that are written in one word; see "Highly Restrictive" in UTS 39."""


class Link(NamedTuple):
    """A link of a text."""

    words: str
    """What is shown of it, in one line."""
    url: str
    """Where it leads to."""

    @property
    def target(self) -> str:
        """Where it leads to, for the eye: what is doubtful about it comes first.

        >>> Link("bank.com", "https://evil.com/").target
        'it says bank.com and leads to evil.com: https://evil.com/'
        """
        doubt = suspicion(self.words, self.url)
        return f"{doubt}: {clean_line(self.url)}" if doubt else shown(self.url)


def allowed(url: str) -> bool:
    """Whether an address may be opened: the web and mail, nothing on this machine.

    >>> [allowed(u) for u in ("https://a.b/c", "mailto:me@a.b", "HTTP://x")]
    [True, True, True]
    >>> [allowed(u) for u in ("javascript:alert(1)", "/etc/passwd", "ssh://h", "")]
    [False, False, False, False]
    >>> allowed("mailto:me@a.b?subject=x&Attach=/etc/passwd")
    False
    """
    if _ALLOWED.match(url) is None or FORBIDDEN.search(url):
        return False
    return url[:7].lower() != "mailto:" or not _ATTACHES.match(unquote(url))


def is_relative(url: str) -> bool:
    """Whether it leads to a place in the text itself, or beside it.

    >>> [is_relative(u) for u in ("../a.md", "#part", "//host/x", "C:\\\\x", "ssh:x")]
    [True, True, False, False, False]
    """
    return (
        not url.startswith(("//", "\\", "/\\"))
        and _SCHEME.match(url) is None
        and not FORBIDDEN.search(url)
    )


def encoded(url: str) -> str:
    """An address in the characters that a terminal takes in OSC 8: 32 to 126.

    >>> encoded("https://a.b/ä?c=%20 d")
    'https://a.b/%C3%A4?c=%20%20d'
    """
    return quote(url, safe="!#$%&'()*+,/:;=?@[]~")


def shown(url: str) -> str:
    """An address as one reads it, in one line: letters instead of percents.

    >>> shown("https://a.b/%E4%B8%AD%0A")
    'https://a.b/中%0A'
    """
    if "%" not in url or not url.isascii():
        return clean_line(url)
    read = unquote(url, errors="replace")
    plain = "\ufffd" not in read and read.isprintable() and " " not in read
    if plain and not FORBIDDEN.search(read):
        return read
    words = re.sub(r"(?:%[89a-f][0-9a-f])+", _letters, url, flags=re.IGNORECASE)
    return clean_line(words)


def _letters(match: re.Match[str]) -> str:
    read = unquote(match[0], errors="replace")
    good = "\ufffd" not in read and read.isprintable() and not FORBIDDEN.search(read)
    return read if good else match[0]


def host_of(url: str) -> str:
    """The host an address leads to, as it is looked up; "" for none.

    >>> host_of("https://good.com@Evil.com:81/good.com"), host_of("mailto:me@a.b")
    ('evil.com', 'a.b')
    >>> host_of("https://bücher.de"), host_of("https://evil.com\\\\@good.com")
    ('xn--bcher-kva.de', 'evil.com')
    """
    match = _HOST.match(url)
    if match is None:
        return ""
    name = unquote((match[1] or match[2] or "").rpartition("@")[2])
    if not name.startswith("["):
        name = name.partition(":")[0]
    return _ascii(name)


def suspicion(words: str, url: str) -> str:
    """Why an address may not be what it looks like, in a clause; "" if it may.

    >>> suspicion("log in at bank.com", "https://evil.com/bank.com")
    'it says bank.com and leads to evil.com'
    >>> suspicion("the docs", "https://bank.com@evil.com")
    'it leads to evil.com: what is before the @ is no host'
    >>> suspicion("example.com", "https://www.example.com/"), suspicion("x", "#y")
    ('', '')
    """
    host = host_of(url)
    if not host:
        return ""
    to_mail = url[:7].lower() == "mailto:"
    for said in _mail_hosts(words) if to_mail else _named_hosts(words):
        if not _belongs(host, said):
            return f"it says {_readable(said)} and leads to {host}"
    if to_mail:
        return ""
    if "@" in re.split(r"[/\\?#]", url.partition("//")[2], maxsplit=1)[0]:
        return f"it leads to {host}: what is before the @ is no host"
    return f"{host} {pretence}" if (pretence := _pretence(host)) else ""


def _belongs(host: str, said: str) -> bool:
    """Whether a host is the one that was named, or one of its own."""
    said = said.removeprefix("www.")
    return host.removeprefix("www.") == said or host.endswith(f".{said}")


def _mail_hosts(words: str) -> list[str]:
    """The hosts of the mail addresses in words."""
    return [_ascii(match[1]) for match in _MAIL.finditer(words[:2_000])]


def _named_hosts(words: str) -> list[str]:
    """The hosts that words name, where they look like addresses at all."""
    found = []
    for match in _NAMED.finditer(words[:2_000]):
        before, after = words[: match.start()], words[match.end() :]
        if before.endswith("@") and not match[1]:
            continue  # the host of a mail address
        name = (match[1] or "").lower().partition("www.")[1] + match[2].lower()
        zone = name.rpartition(".")[2]
        usual = zone in _ZONES or (len(zone) == 2 and zone not in _SUFFIXES)
        is_call = after.startswith("(") or not zone.isalpha()
        if match[1] or (usual and not is_call) or zone.startswith("xn--"):
            user = re.match(r"(?::[^\s/@]*)?@([\w.-]+)", after)
            found.append(_ascii(user[1] if user and match[1] else name))
    return found


def _ascii(host: str) -> str:
    """A host as it stands in requests: lower case, other letters in punycode."""
    host = unicodedata.normalize("NFKC", host).lower().strip(".")
    if host.isascii():
        return clean_line(host)
    return clean_line(".".join(map(_punycode, re.split("[.。]", host))))


def _punycode(label: str) -> str:
    if label.isascii():
        return label
    return "xn--" + label.encode("punycode", "replace").decode()


def _readable(host: str) -> str:
    """A host with its letters, which are part of what was said."""
    return clean_line(".".join(map(_decoded, host.split("."))))


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode().decode("punycode")
    except (UnicodeError, ValueError):
        return label


def _pretence(host: str) -> str:
    """How a label of a host pretends to be another one, "" if none does."""
    latin_zone = not host.rpartition(".")[2].startswith("xn--")
    for label in map(_decoded, host.split(".")):
        letters = [c for c in label if c.isalpha()]
        scripts = sorted({_script(c) for c in letters})
        if len(scripts) > 1 and not any(one.issuperset(scripts) for one in _TOGETHER):
            return f"mixes {' and '.join(map(str.capitalize, scripts))} letters"
        if latin_zone and letters and _LOOKALIKES.issuperset(letters):
            return f"has {scripts[0].capitalize()} letters that look like Latin ones"
    return ""


def _script(character: str) -> str:
    return unicodedata.name(character, "UNKNOWN").partition(" ")[0]
