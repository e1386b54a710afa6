"""One named host as the user wrote it: ``[hosts.NAME]`` of the configuration.

Read from a table and written as one, checked in one place for the file, the command
line and the form on the screen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from llmtui.access import DEFAULT, NO_PROXY, Access
from llmtui.hosts import Host, HostError, hide_credentials, parse_host

KINDS = ("ollama", "openai", "local")
"""The kinds of host."""

KEYS = ("url", "kind", *Access._fields)
"""What a table may hold."""

_TEXTS = tuple(key for key in KEYS if key not in ("headers", "verify"))

HIDDEN = "•••"
"""In the place of a password or a header's value. Sent back, it means the old one."""

_FRAMING = frozenset(
    {
        "accept",
        "accept-encoding",
        "connection",
        "content-length",
        "content-type",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers that belong to the requests themselves."""

_PROXIES = ("http://", "https://", "socks5://", "socks5h://")


class HostConfig(NamedTuple):
    """What is set for one host."""

    url: str
    """As ``--host`` takes it; for kind ``local`` the weights' path, "" the built-in."""
    kind: str = "ollama"
    """``ollama``, ``openai`` or ``local``."""
    access: Access = DEFAULT

    def __repr__(self) -> str:
        """Without the password: a repr ends up in tracebacks."""
        return f"HostConfig({hide_credentials(self.url)!r}, {self.kind!r})"

    @property
    def address(self) -> str:
        """As ``--host`` takes it, whatever its kind; ``kind_and_url`` reads it back."""
        if self.kind == "openai":
            return "openai+" + self.url.removeprefix("openai+")
        if self.kind == "local":
            return f"local:{self.url}" if self.url else "local"
        return self.url

    def host(self, name: str) -> Host:
        """The host; raises ``HostError`` if the URL is none."""
        return parse_host(self.address)._replace(name=name, access=self.access)


def read(table: Mapping[str, Any]) -> HostConfig:
    """What a table says; unknown keys are passed over.

    Raises ``HostError``, whose words begin with what is wrong and repeat no secret.

    >>> read({"url": "http://box:8000/v1", "kind": "openai"})
    HostConfig('http://box:8000/v1', 'openai')
    >>> read({"url": "box", "verify": "no"})
    Traceback (most recent call last):
    llmtui.hosts.HostError: verify is true or false
    """
    for key in _TEXTS:
        if not isinstance(table.get(key, ""), str):
            raise HostError(f"{key} is text, like {key} = {_EXAMPLES[key]}")
    url, kind = table.get("url", "").strip(), table.get("kind", "")
    if not kind:
        kind = "openai" if url.startswith("openai+") else "ollama"
    if kind not in KINDS:
        raise HostError(f'kind is "ollama", "openai" or "local", not {kind!r}')
    if not url and kind != "local":
        raise HostError(f"it needs a url, like url = {_EXAMPLES['url']}")
    config = HostConfig(url, kind, _access(table))
    config.host("")
    return config


def kind_and_url(address: str) -> dict[str, str]:
    """What a table says for an address as ``--host`` takes it.

    >>> kind_and_url("openai+http://box/v1"), kind_and_url("local:/a.gguf")
    ({'kind': 'openai', 'url': 'http://box/v1'}, {'kind': 'local', 'url': '/a.gguf'})
    >>> kind_and_url("box")
    {'kind': 'ollama', 'url': 'box'}
    """
    text = address.strip()
    if text.lower().startswith("openai+"):
        return {"kind": "openai", "url": text[7:]}
    if text == "local" or text.startswith("local:/"):
        return {"kind": "local", "url": text[6:]}
    return {"kind": "ollama", "url": text}


def check_name(name: str) -> None:
    """Raise ``HostError`` for a name that ``--host`` would not find again."""
    if not re.fullmatch(r"[\w][\w .-]{0,39}", name) or name in ("local", "none"):
        raise HostError(
            "a host's name has letters, digits, - and _ and is not `local`, like box"
        )


def as_table(config: HostConfig) -> dict[str, Any]:
    """What ``read`` reads back; what is not set is left out."""
    found: dict[str, Any] = {"url": config.url} if config.url else {}
    if config.kind != "ollama":
        found["kind"] = config.kind
    for key, value in config.access._asdict().items():
        if value != getattr(DEFAULT, key):
            found[key] = dict(value) if key == "headers" else value
    return found


def without_secrets(config: HostConfig) -> HostConfig:
    """The same to be shown: ``•••`` in the place of what nobody may see."""
    access = config.access
    return config._replace(
        url=_covered(config.url),
        access=access._replace(
            headers=tuple(
                (name, value if value.startswith("$") else HIDDEN)
                for name, value in access.headers
            ),
            proxy=_covered(access.proxy),
        ),
    )


def with_secrets(shown: Mapping[str, Any], before: HostConfig | None) -> dict[str, Any]:
    """A table that was shown and sent back, with the secrets of before for ``•••``.

    Raises ``HostError`` where there was none.

    >>> old = HostConfig("http://me:secret@box")
    >>> without_secrets(old).url
    'http://•••@box'
    >>> with_secrets({"url": "http://•••@box:81"}, old)
    {'url': 'http://me:secret@box:81'}
    """
    old = before or HostConfig("")
    table = dict(shown)
    for key, was in (("url", old.url), ("proxy", old.access.proxy)):
        if HIDDEN in table.get(key, ""):
            table[key] = _uncovered(table[key], key, was)
    values = {name.lower(): value for name, value in old.access.headers}
    headers = dict(table.get("headers", {}))
    for name, value in headers.items():
        if HIDDEN in value:
            if value != HIDDEN or name.lower() not in values:
                raise HostError(f"the value of the header {name} must be written out")
            headers[name] = values[name.lower()]
    return table | {"headers": headers} if headers else table


UNVERIFIED = "certificate not checked"
"""What is said of a host in whose place anybody could answer."""


def notes(host: Host) -> tuple[str, ...]:
    """What is set for a host, in words without secrets; a warning comes first.

    >>> notes(parse_host("https://me:pw@box")._replace(access=Access(verify=False)))
    ('certificate not checked', 'user •••')
    """
    access = host.access
    several = "s" if len(access.headers) > 1 else ""
    words = (
        (host.is_unverified, UNVERIFIED),
        (host.userinfo, f"user {HIDDEN}"),
        (access.key_env, f"key ${access.key_env}"),
        (access.key_command, "key by command"),
        (access.headers, f"{len(access.headers)} header{several}"),
        (access.ca_file, "own CA file"),
        (access.proxy, "no proxy" if access.proxy == NO_PROXY else "own proxy"),
    )
    return tuple(text for is_set, text in words if is_set)


_EXAMPLES = {
    "url": '"http://box:11434"',
    "kind": '"openai"',
    "key_env": '"BOX_API_KEY"',
    "key_command": '"pass show box"',
    "ca_file": '"~/box.pem"',
    "proxy": '"http://proxy:3128"',
}


def _access(table: Mapping[str, Any]) -> Access:
    key_env = table.get("key_env", "").strip()
    if key_env and not (key_env.isascii() and key_env.isidentifier()):
        # Not repeated here: most likely it is the key itself.
        raise HostError(
            "key_env is the name of the variable that holds the key, like "
            f"key_env = {_EXAMPLES['key_env']}, not the key itself"
        )
    key_command = table.get("key_command", "").strip()
    if key_command and key_env:
        raise HostError("key_env and key_command are two keys; give one of them")
    _check_command(key_command)
    verify = table.get("verify", True)
    if not isinstance(verify, bool):
        raise HostError("verify is true or false")
    ca_file = table.get("ca_file", "").strip()
    if ca_file and not verify:
        raise HostError("a ca_file is for checking; it and verify = false are at odds")
    proxy = table.get("proxy", "").strip()
    if proxy and proxy != NO_PROXY and not proxy.lower().startswith(_PROXIES):
        raise HostError(
            f'proxy is a URL, like proxy = {_EXAMPLES["proxy"]}, or "{NO_PROXY}"'
        )
    headers = _headers(table.get("headers", {}))
    return Access(key_env, key_command, headers, ca_file, verify, proxy)


def _check_command(command: str) -> None:
    import shlex

    try:
        words = shlex.split(command)
    except ValueError:
        raise HostError("key_command has a quote without its other half") from None
    if command and not words:
        raise HostError(f"key_command is like key_command = {_EXAMPLES['key_command']}")


def _headers(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, Mapping):
        raise HostError('headers is a table, like headers = { X-Team = "blue" }')
    seen: set[str] = set()
    for name, text in value.items():
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
            raise HostError(f"{name!r} cannot be the name of a header")
        if name.lower() in _FRAMING:
            raise HostError(f"the header {name} belongs to llmtui itself")
        if name.lower() in seen:
            raise HostError(f"the header {name} is there twice")
        seen.add(name.lower())
        # The value may be a secret, and is not repeated.
        if not isinstance(text, str):
            raise HostError(f"the value of the header {name} is text")
        text = text.strip()
        if not (text and text.isascii() and text.isprintable()):
            raise HostError(
                f"the value of the header {name} is empty, or has a character that "
                "no header can have"
            )
    return tuple((name, text.strip()) for name, text in value.items())


def _covered(url: str) -> str:
    return re.sub(r"(?<=://).*@|^(?!.*://).*@", f"{HIDDEN}@", url)


def _uncovered(url: str, key: str, before: str) -> str:
    userinfo = re.match(r"(?:[^/]*://)?(.*)@", before)
    if userinfo is None or f"{HIDDEN}@" not in url:
        raise HostError(f"user and password in {key} must be written out")
    return url.replace(f"{HIDDEN}@", f"{userinfo[1]}@", 1)
