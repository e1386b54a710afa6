"""Key, password and headers that a host gets, and what helps if they are not right."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote, unquote_to_bytes

from llmtui.hosts import Host
from llmtui.providers.errors import Unreachable

OLLAMA_KEY = "OLLAMA_API_KEY"
_TELLING = 4
"""Characters of a secret that tell nothing of it."""


class Credentials(NamedTuple):
    """What one host gets; "" for what it doesn't."""

    variable: str = ""
    """The variable that is to hold its key."""
    key: str = ""
    userinfo: str = ""
    """``user:password``, percent-encoded; of a user alone the key is the password."""
    withheld: str = ""
    """A variable that holds a key, but none for this host."""
    command: str = ""
    """The command that prints its key; ``key`` is empty until it has."""
    headers: tuple[tuple[str, str], ...] = ()
    """The other headers, as they are sent."""
    proxy_userinfo: str = ""
    """``user:password`` of its proxy."""
    missing: str = ""
    """A variable that is to hold a header's value and is not set."""

    def __repr__(self) -> str:
        """Without the secrets: a repr ends up in tracebacks."""
        return f"Credentials({self.variable!r})"

    def sent(self) -> dict[str, str]:
        """The headers of every request.

        Raises ``Unreachable`` for a key that no header can carry, and for a
        variable that is not set.
        """
        if self.missing:
            raise Unreachable(
                f"the variable {self.missing}, which is to hold a header for this "
                "host, is not set",
                advice="Set it, or correct `headers` in the settings.",
            )
        for value in (self.key, *(value for _, value in self.headers)):
            if not (value.isascii() and (value.isprintable() or not value)):
                raise Unreachable(
                    f"{self.source} holds what cannot be an API key",
                    advice="Set it again, without quotes and line ends.",
                )
        own = {name.lower() for name, _ in self.headers}
        authorization = "" if "authorization" in own else self._authorization()
        found = {"Authorization": authorization} if authorization else {}
        return found | dict(self.headers)

    @property
    def source(self) -> str:
        """Where the key comes from, for a sentence."""
        if self.command:
            return "the output of key_command"
        return f"the variable {self.variable}" if self.variable else "a header"

    def _authorization(self) -> str:
        user = unquote_to_bytes(self.userinfo)
        if self.key and (not user or b":" in user):
            return f"Bearer {self.key}"
        if not user:
            return ""
        user = user if b":" in user else user + b":" + self.key.encode()
        return "Basic " + base64.b64encode(user).decode()

    def hide(self, text: str) -> str:
        """A server's words without the secrets: some repeat what they don't like.

        >>> Credentials(key="sk-1", userinfo="me:s%20t").hide("no sk-1 for me, s t")
        'no … for me, …'
        >>> Credentials(key="sk-1", userinfo="me:sk-12").hide("me:sk-12")
        'me:…'
        >>> Credentials(key="sk-123456").hide("cut in its middle: sk-12…")
        'cut in its middle: …'
        """
        for secret in self._secrets():
            text = text.replace(secret, "…")
            for end in range(len(secret) - 1, _TELLING, -1):
                if text.endswith(f"{secret[:end]}…"):  # a long text was cut in it
                    text = text.removesuffix(f"{secret[:end]}…") + "…"
        return text

    def _secrets(self) -> list[str]:
        """What nobody may see, the longest first, as one may begin another. A short
        value of a header is none, but a word."""
        users = (self.userinfo, self.proxy_userinfo)
        passwords = [user.partition(":")[2] for user in users]
        passwords += [unquote(password) for password in passwords]
        sent = self._authorization().partition(" ")[2]
        values = (value for _, value in self.headers if len(value) > _TELLING)
        found = {self.key, *passwords, sent, *values} - {""}
        return sorted(found, key=len, reverse=True)

    @property
    def advice(self) -> str:
        """What to do where the server wants others."""
        if self.command:
            return "Run key_command of this host by hand: is that the right key?"
        if self.key:
            return f"Put the right key into the variable {self.variable}."
        if self.variable:
            return f"Put its key into the variable {self.variable}, which is not set."
        if self.userinfo:
            return "Check the user and the password in its address."
        if self.withheld:
            return (
                f"{self.withheld} is set, but goes to https://ollama.com alone; to "
                f'send it here, write key_env = "{self.withheld}" for this host in '
                "the settings."
            )
        return (
            "Name the variable that holds its key as key_env for this host in the "
            "settings, or write http://USER:PASSWORD@HOST."
        )


def find_credentials(host: Host, environ: Mapping[str, str]) -> Credentials:
    """What ``host`` gets. Ollama's own key goes nowhere but to ollama.com unasked.

    >>> from llmtui.access import Access
    >>> from llmtui.hosts import parse_host
    >>> def found(host, *access):
    ...     host = parse_host(host)._replace(access=Access(*access))
    ...     found = find_credentials(host, {"OLLAMA_API_KEY": "a", "BOX_KEY": "b"})
    ...     return found.variable, found.key, found.withheld
    >>> found("https://ollama.com"), found("box", "BOX_KEY")
    (('OLLAMA_API_KEY', 'a', ''), ('BOX_KEY', 'b', ''))
    >>> found("http://ollama.com"), found("box")
    (('', '', 'OLLAMA_API_KEY'), ('', '', 'OLLAMA_API_KEY'))
    """
    access = host.access
    if access.key_command:
        found = Credentials(command=access.key_command, userinfo=host.userinfo)
    else:
        found = _by_variable(host, environ)
    proxy = access.proxy.partition("://")[2].rpartition("@")[0]
    found = found._replace(proxy_userinfo=proxy)
    return _with_headers(found, access.headers, environ)


def _by_variable(host: Host, environ: Mapping[str, str]) -> Credentials:
    variable = host.access.key_env
    if not variable and re.fullmatch(r"https://ollama\.com(:443)?(/.*)?", host.url):
        variable = OLLAMA_KEY
    key = environ.get(variable, "").strip() if variable else ""
    unsent = not variable and not host.userinfo and environ.get(OLLAMA_KEY, "").strip()
    return Credentials(variable, key, host.userinfo, OLLAMA_KEY if unsent else "")


def _with_headers(
    found: Credentials,
    headers: tuple[tuple[str, str], ...],
    environ: Mapping[str, str],
) -> Credentials:
    """With more headers; a value ``$NAME`` is what that variable holds."""
    values = []
    for name, value in headers:
        if re.fullmatch(r"\$[A-Za-z_]\w*", value):
            variable, value = value[1:], environ.get(value[1:], "").strip()
            found = found if value else found._replace(missing=variable)
        values.append((name, value))
    return found._replace(headers=tuple(values))
