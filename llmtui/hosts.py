"""Where a model answers: ``OLLAMA_HOST`` and ``--host``, read as Ollama reads them.

Imported before the first frame, so nothing heavier than strings is used.
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Iterable
from typing import NamedTuple

from llmtui.access import DEFAULT, Access

_PORT = "11434"


class HostError(ValueError):
    """A host nobody could connect to; ``str()`` says what is wrong with it."""


class Host(NamedTuple):
    """One place to send prompts to; a configured one adds its name by ``_replace``."""

    kind: str
    """``ollama``, ``openai`` or ``local``."""
    url: str
    """Without user, password and closing slash; for ``local`` the weights' path."""
    name: str = ""
    """What the user calls it in the settings."""
    userinfo: str = ""
    """``user:password``, percent-encoded as it was written."""
    access: Access = DEFAULT
    """What the user set for it."""

    def __repr__(self) -> str:
        """Without the password: a repr ends up in tracebacks."""
        hidden = ", userinfo=…" if self.userinfo else ""
        return f"Host({self.kind!r}, {self.url!r}, name={self.name!r}{hidden})"

    def with_credentials_of(self, known: Iterable[Host]) -> Host:
        """This host with what one of the known ones at its address has.

        What is written down of a host (``stored``) has neither password nor key.

        >>> known = [parse_host("http://me:pw@box:80")]
        >>> parse_host("http://box").with_credentials_of(known).userinfo
        'me:pw'
        """
        if self.has_credentials or self.name:
            return self  # what has a name has all that it is to have
        for host in known:
            if host.address == self.address:
                return self._replace(userinfo=host.userinfo, access=host.access)
        return self

    @property
    def address(self) -> tuple[str, str]:
        """Kind and URL: two hosts of one address are one server."""
        return self.kind, self.url

    @property
    def has_credentials(self) -> bool:
        """Whether it has more than an address."""
        return bool(self.userinfo) or self.access != DEFAULT

    @property
    def is_unverified(self) -> bool:
        """Whether somebody else could answer in its place, unnoticed."""
        return not self.access.verify and self.url.startswith("https://")

    @property
    def has_server(self) -> bool:
        """Whether a server is asked; else this program runs the model itself."""
        return self.kind != "local"

    @property
    def hostname(self) -> str:
        """The name or address, without port and brackets; "" for ``local``.

        >>> parse_host("http://[::1]:1337/x").hostname, parse_host("box").hostname
        ('::1', 'box')
        """
        return _hostname(self.url) if self.has_server else ""

    @property
    def is_loopback(self) -> bool:
        """Whether it is this computer, which no proxy can reach.

        >>> [parse_host(h).is_loopback for h in ("", "127.1.2.3", "::1", "local")]
        [True, True, True, True]
        >>> [parse_host(h).is_loopback for h in ("127.example.com", "localhost.org")]
        [False, False]
        """
        return not self.has_server or _is_loopback(self.hostname)

    @property
    def label(self) -> str:
        """Short, for the status line.

        >>> [parse_host(h).label for h in ("", ":1234", "box", "http://box", "local")]
        ['localhost', 'localhost:1234', 'box', 'box:80', 'built-in']
        >>> parse_host("openai+http://box:8000/v1").label
        'box:8000'
        >>> parse_host("https://example.com/ollama").label
        'example.com/ollama'
        """
        if self.name:
            return self.name
        if not self.has_server:
            return "built-in"
        scheme, _, rest = self.url.partition("://")
        place, slash, path = rest.partition("/")
        usual = ":443" if scheme == "https" else ":" + _PORT
        if self.kind == "openai":
            slash, path = "", ""
            usual = ":443" if scheme == "https" else ":80"
        place = place.removesuffix(usual)
        if self.hostname in ("127.0.0.1", "::1"):
            place = "localhost" + (
                place.rpartition("]")[2] if "]" in place else place[9:]
            )
        return place + slash + path

    @property
    def stored(self) -> str:
        """What a session keeps as its host; ``parse_host`` reads it back.

        >>> parse_host("http://me:secret@box:80/x/").stored
        'http://box:80/x'
        >>> parse_host("openai+http://box:8000/v1").stored, parse_host("local").stored
        ('openai+http://box:8000/v1', 'local')
        """
        if self.name:
            return self.name
        if not self.has_server:
            return f"local:{self.url}" if self.url else "local"
        return f"openai+{self.url}" if self.kind == "openai" else self.url


BUILTIN = Host("local", "")
"""The model that comes with this program."""


def parse_ollama_host(value: str) -> Host:
    """Read ``OLLAMA_HOST`` as Ollama does (``envconfig/config.go``, ``Host``).

    No scheme means http and port 11434, ``http://`` port 80, ``https://`` port
    443; a bad port is the default one. For a client no host, ``0.0.0.0`` and
    ``[::]`` mean this computer, and a user and password are split off. Raises
    ``HostError``.

    >>> def url(value): return parse_ollama_host(value).url
    >>> url(""), url("1.2.3.4")
    ('http://127.0.0.1:11434', 'http://1.2.3.4:11434')
    >>> url("example.com"), url("example.com:1234")
    ('http://example.com:11434', 'http://example.com:1234')
    >>> url(":1234"), url(":66000"), url(":-1"), url("box:x")
    ('http://127.0.0.1:1234', 'http://127.0.0.1:11434', 'http://127.0.0.1:11434', 'http://box:11434')
    >>> url("[::1]"), url("::1"), url("[::1]:1337")
    ('http://[::1]:11434', 'http://[::1]:11434', 'http://[::1]:1337')
    >>> url('" \\\\" 1.2.3.4 \\\\" "'.replace("\\\\", "")), url("'box'")
    ('http://1.2.3.4:11434', 'http://box:11434')
    >>> url("http://1.2.3.4"), url("https://1.2.3.4")
    ('http://1.2.3.4:80', 'https://1.2.3.4:443')
    >>> url("https://example.com/ollama"), url("example.com/path/")
    ('https://example.com:443/ollama', 'http://example.com:11434/path')
    >>> url("ollama.com"), url("http://example.com:99999")
    ('https://ollama.com:443', 'http://example.com:80')
    >>> url("0.0.0.0"), url("http://0.0.0.0:80"), url("[::]:8080")
    ('http://127.0.0.1:11434', 'http://127.0.0.1:80', 'http://[::1]:8080')
    >>> parse_ollama_host("http://me:pass@box:1234").userinfo
    'me:pass'
    """
    text = value.strip(" \t\r\n\"'")
    if re.search("[\ud800-\udfff]", text):
        raise HostError(
            f"a host has no bytes that are no text: {hide_credentials(text)}"
        )
    scheme, separator, rest = text.partition("://")
    if not separator:
        scheme, rest = "http", text
        port = _PORT
        if text.lower() == "ollama.com":
            scheme, port = "https", "443"
    else:
        scheme = scheme.lower()
        port = {"http": "80", "https": "443"}.get(scheme, "")
        if not port:
            raise HostError(
                f"a host begins with http:// or https://, not {scheme}://: "
                f"{hide_credentials(text)}"
            )
    place, userinfo, path = _cut(rest)
    hostname, port = _hostname_and_port(place, port)
    _check(hostname, path, hide_credentials(text))
    shown = f"[{hostname}]" if ":" in hostname else hostname
    return Host("ollama", f"{scheme}://{shown}:{port}{path}", userinfo=userinfo)


def parse_host(value: str) -> Host:
    """Read ``--host`` or a session's host; raises ``HostError``.

    Beside what ``OLLAMA_HOST`` may hold: ``openai+URL`` for a server that
    speaks OpenAI's protocol, ``local`` and ``local:WEIGHTS`` for this program
    itself.

    >>> parse_host("openai+http://box:8000/v1/").url, parse_host("").url
    ('http://box:8000/v1', 'http://127.0.0.1:11434')
    >>> parse_host("local"), parse_host("local:/a/b.gguf").url
    (Host('local', '', name=''), '/a/b.gguf')
    >>> parse_host("local:1234").url, parse_host("openai+http://[::80]/v1").url
    ('http://local:1234', 'http://[::80]/v1')
    >>> parse_host("ftp://box")
    Traceback (most recent call last):
    llmtui.hosts.HostError: a host begins with http:// or https://, not ftp://: ftp://box
    """
    text = value.strip(" \t\r\n\"'")
    if text == "local":
        return BUILTIN
    # ``local:1234`` is a computer of that name, as for Ollama.
    if text.startswith("local:") and not re.fullmatch(r"\d+(/.*)?", text[6:]):
        weights = os.path.expanduser(text[6:])
        try:
            return Host("local", os.path.abspath(weights) if weights else "")
        except FileNotFoundError:
            raise HostError(f"{text}: the folder one is in was deleted") from None
    if text.lower().startswith("openai+"):
        return _openai(text[7:])
    return parse_ollama_host(text)


def _openai(text: str) -> Host:
    scheme, separator, rest = text.partition("://")
    if not separator or scheme.lower() not in ("http", "https"):
        raise HostError(
            f"an OpenAI server is written openai+http://HOST:PORT/v1, not "
            f"openai+{hide_credentials(text)}"
        )
    host = parse_ollama_host(f"{scheme}://{rest}")
    url = host.url
    if not re.search(r":\d+$", _cut(rest)[0].rpartition("]")[2]):
        url = re.sub(r"^(https?://(?:\[[^\]]*\]|[^:/]+)):\d+", r"\1", url)
    return host._replace(kind="openai", url=url)


def _cut(rest: str) -> tuple[str, str, str]:
    """``user:password@place/path`` as place, userinfo and path."""
    place, slash, path = rest.partition("/")
    userinfo, _, place = place.rpartition("@")
    return place, userinfo, (slash + path).rstrip("/")


def _hostname_and_port(place: str, usual: str) -> tuple[str, str]:
    """As Go's ``net.SplitHostPort``, and what Ollama does when that fails."""
    hostname, port = place, usual
    if bracket := re.fullmatch(r"\[([^\]]*)\](?::(.*))?", place):
        hostname, port = bracket[1], bracket[2] or usual
    elif place.count(":") == 1:
        hostname, _, port = place.partition(":")
    if not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > 65535:
        port = usual
    hostname = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(
        hostname, hostname
    )
    return hostname.lower(), str(int(port))


def _check(hostname: str, path: str, text: str) -> None:
    """Refuse what cannot be the host of a URL; raises ``HostError``."""
    if ":" in hostname:
        good = re.fullmatch(r"[0-9a-f:.]+(%[\w.-]+)?", hostname) is not None
    else:
        good = re.search(r"[\s\\\"'<>\[\]{}|^`?#@%\x00-\x1f\x7f]", hostname) is None
    if not good:
        raise HostError(f"this is not the name or address of a host: {text}")
    if re.search(r"[\s?#\x00-\x1f\x7f]", path):
        raise HostError(f"a host's path has no space, ? or #: {text}")


def _hostname(url: str) -> str:
    place = url.partition("://")[2].partition("/")[0]
    if place.startswith("["):
        return place[1 : place.index("]")]
    return place.partition(":")[0]


def _is_loopback(hostname: str) -> bool:
    name = hostname.rstrip(".")
    return (
        name in ("localhost", "::1")
        or name.endswith(".localhost")
        or re.fullmatch(r"(::ffff:)?127(\.\d{1,3}){3}", name) is not None
    )


def hide_credentials(text: str) -> str:
    """A host as it was written, without user and password: to be shown.

    >>> hide_credentials("openai+http://me:p@ss/w@box/v1"), hide_credentials("me@box")
    ('openai+http://…@box/v1', '…@box')
    """
    return re.sub(r"(?<=://).*@|^(?!.*://).*@", "…@", text)
