"""A host as lines of text that a person fills in, and back."""

from __future__ import annotations

from typing import Any, NamedTuple

from llmtui.host_settings import HostConfig, kind_and_url, without_secrets
from llmtui.hosts import HostError


class HostForm(NamedTuple):
    """What is written in a form; secrets are ``•••``."""

    name: str = ""
    address: str = ""
    """As ``--host`` takes it."""
    key_env: str = ""
    key_command: str = ""
    headers: str = ""
    """``NAME: VALUE``, a line each."""
    ca_file: str = ""
    proxy: str = ""
    verify: bool = True

    def table(self) -> dict[str, Any]:
        """What the configuration is to say. Raises ``HostError``.

        >>> HostForm("box", "openai+http://box", headers="X-A: b\\n").table()
        {'kind': 'openai', 'url': 'http://box', 'headers': {'X-A': 'b'}}
        """
        names = ("key_env", "key_command", "ca_file", "proxy")
        texts = {name: getattr(self, name).strip() for name in names}
        found: dict[str, Any] = dict(kind_and_url(self.address))
        found |= {name: text for name, text in texts.items() if text}
        if headers := read_headers(self.headers.split("\n")):
            found["headers"] = headers
        return found if self.verify else found | {"verify": False}


def form_of(name: str, config: HostConfig) -> HostForm:
    """The form for a host that there is."""
    shown = without_secrets(config)
    access = shown.access
    return HostForm(
        name,
        shown.address,
        access.key_env,
        access.key_command,
        "\n".join(f"{name}: {value}" for name, value in access.headers),
        access.ca_file,
        access.proxy,
        access.verify,
    )


def read_headers(lines: list[str] | tuple[str, ...]) -> dict[str, str]:
    """Headers written ``NAME: VALUE``; empty lines are none. Raises ``HostError``."""
    found = {}
    for line in filter(None, (line.strip() for line in lines)):
        name, colon, value = line.partition(":")
        if not colon:
            raise HostError("a header is written NAME: VALUE, like X-Team: blue")
        found[name.strip()] = value.strip()
    return found
