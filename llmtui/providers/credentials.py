"""The key or the password that a host gets, and what helps if it was not right."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote, unquote_to_bytes

from llmtui.hosts import Host
from llmtui.providers.errors import Unreachable

OLLAMA_KEY = "OLLAMA_API_KEY"


class Credentials(NamedTuple):
    """What one host gets; "" for what it doesn't."""

    variable: str = ""
    """The variable that is to hold its key."""
    key: str = ""
    userinfo: str = ""
    """``user:password``, percent-encoded."""
    withheld: str = ""
    """A variable that holds a key, but none for this host."""

    def __repr__(self) -> str:
        """Without the secrets: a repr ends up in tracebacks."""
        return f"Credentials({self.variable!r})"

    def header(self) -> str:
        """The value of ``Authorization``, "" for none.

        Raises ``Unreachable`` for a key that no header can carry.
        """
        if self.key and not (self.key.isascii() and self.key.isprintable()):
            raise Unreachable(
                f"the variable {self.variable} holds what cannot be an API key",
                advice="Set it again, without quotes and line ends.",
            )
        if self.key:
            return f"Bearer {self.key}"
        if not self.userinfo:
            return ""
        user = unquote_to_bytes(self.userinfo)
        user = user if b":" in user else user + b":"
        return "Basic " + base64.b64encode(user).decode()

    def hide(self, text: str) -> str:
        """A server's words without the secrets: some repeat what they don't like.

        >>> Credentials(key="sk-1", userinfo="me:s%20t").hide("no sk-1 for me, s t")
        'no … for me, …'
        """
        password = self.userinfo.partition(":")[2]
        for secret in (self.key, password, unquote(password)):
            text = text.replace(secret, "…") if secret else text
        return text

    @property
    def advice(self) -> str:
        """What to do where the server wants others."""
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

    >>> from llmtui.hosts import parse_host
    >>> def found(host, **more):
    ...     host = parse_host(host)._replace(**more)
    ...     found = find_credentials(host, {"OLLAMA_API_KEY": "a", "BOX_KEY": "b"})
    ...     return found.variable, found.key, found.withheld
    >>> found("https://ollama.com"), found("box", key_env="BOX_KEY")
    (('OLLAMA_API_KEY', 'a', ''), ('BOX_KEY', 'b', ''))
    >>> found("http://ollama.com"), found("box")
    (('', '', 'OLLAMA_API_KEY'), ('', '', 'OLLAMA_API_KEY'))
    """
    variable = host.key_env
    if not variable and re.fullmatch(r"https://ollama\.com(:443)?(/.*)?", host.url):
        variable = OLLAMA_KEY
    key = environ.get(variable, "").strip() if variable else ""
    unsent = not variable and not host.userinfo and environ.get(OLLAMA_KEY, "").strip()
    return Credentials(variable, key, host.userinfo, OLLAMA_KEY if unsent else "")
