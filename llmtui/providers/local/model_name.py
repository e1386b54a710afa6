"""Names of models as Ollama reads them: ``[HOST/][NAMESPACE/]MODEL[:TAG]``.

Rules and defaults are those of Ollama's ``types/model/name.go``; the four parts
are folders of its ``manifests``, so nothing that could leave them is a name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

LIBRARY = "registry.ollama.ai"
"""Ollama's own registry, meant where a name has no host."""

_NAMESPACE, _TAG = "library", "latest"
_ALIASES = {"ollama.com": LIBRARY, "www.ollama.com": LIBRARY}
"""What people copy from the address bar."""
_HUGGING_FACE = ("hf.co", "huggingface.co", "www.huggingface.co")

_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}")
_PARTS = (
    re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:-]{0,349}"),
    re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,79}"),
    _PART,
    _PART,
)
_HUB_OWNER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,95}")
"""The hub's owners may have dots, and its repositories are up to 96 long."""


class BadName(ValueError):
    """What was given is no name of a model; ``str()`` says so."""


class ModelName(NamedTuple):
    """A whole name; two are the same model if their ``key`` is the same."""

    host: str
    """With its port, where it has one."""
    namespace: str
    model: str
    tag: str
    scheme: str = "https"

    @property
    def key(self) -> tuple[str, ...]:
        """For comparing: names differ by more than their case."""
        return tuple(part.lower() for part in self.parts)

    @property
    def parts(self) -> tuple[str, str, str, str]:
        """The folders that lead to its manifest, and the manifest's file."""
        return self.host, self.namespace, self.model, self.tag

    @property
    def shown(self) -> str:
        """As short as it can be said; the tag is always there, as in ``ollama list``.

        >>> [parse_name(name).shown for name in ("qwen3", "me/x:1", "hf.co/o/r:Q4_0")]
        ['qwen3:latest', 'me/x:1', 'hf.co/o/r:Q4_0']
        """
        name = f"{self.model}:{self.tag}"
        if self.host.lower() != LIBRARY:
            return f"{self.host}/{self.namespace}/{name}"
        if self.namespace.lower() != _NAMESPACE:
            return f"{self.namespace}/{name}"
        return name

    @property
    def on_hub(self) -> bool:
        """Whether it is a repository of Hugging Face."""
        return self.host.lower() in _HUGGING_FACE

    @property
    def registry(self) -> str:
        """The registry's address.

        >>> parse_name("qwen3").registry, parse_name("hf.co/o/r").registry
        ('https://registry.ollama.ai', 'https://huggingface.co')
        """
        host = "huggingface.co" if self.on_hub else self.host
        return f"{self.scheme}://{host}"

    @property
    def repository(self) -> str:
        """What the registry calls it, without the tag."""
        return f"{self.namespace}/{self.model}"


def parse_name(text: str, *, insecure: bool = False) -> ModelName:
    """Read a name; raises ``BadName``.

    ``insecure`` speaks plain http to a registry of one's own.

    >>> parse_name("qwen3:0.6b")[:4]
    ('registry.ollama.ai', 'library', 'qwen3', '0.6b')
    >>> name = parse_name("127.0.0.1:5000/library/tiny", insecure=True)
    >>> name.registry, name.tag
    ('http://127.0.0.1:5000', 'latest')
    >>> parse_name("https://ollama.com/library/qwen3").shown
    'qwen3:latest'
    >>> parse_name("../x")
    Traceback (most recent call last):
    llmtui.providers.local.model_name.BadName: '../x' is no name of a model
    """
    scheme, separator, rest = text.strip().partition("://")
    if not separator:
        scheme, rest = "https", text.strip()
    head, slash, last = rest.rpartition("/")
    model, colon, tag = last.partition(":")
    host, _, namespace = head.rpartition("/")
    host = _ALIASES.get(host.lower(), host) or LIBRARY
    name = ModelName(
        host,
        namespace or _NAMESPACE,
        model,
        tag if colon else _TAG,
        scheme.lower(),
    )
    if insecure and host != LIBRARY and not name.on_hub:
        name = name._replace(scheme="http")
    bad = (
        name.scheme not in ("http", "https")
        or (slash and not namespace)
        or ("/" in head and not head.partition("/")[0])
    )
    if bad or not is_name(name.parts):
        raise BadName(f"{text!r} is no name of a model")
    return name


def is_name(parts: Sequence[str]) -> bool:
    """Whether these can be host, namespace, model and tag.

    >>> is_name(("registry.ollama.ai", "library", "x", "1")), is_name(("x", "..", "y"))
    (True, False)
    """
    if len(parts) != len(_PARTS):
        return False
    rules = list(_PARTS)
    if parts[0].lower() in _HUGGING_FACE:
        rules[1] = rules[2] = _HUB_OWNER
    return all(rule.fullmatch(part) for rule, part in zip(rules, parts, strict=True))
