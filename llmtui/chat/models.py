"""Models as servers describe them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from llmtui.chat.names import canonical, is_cloud
from llmtui.chat.request import Turn
from llmtui.human import size


@dataclass(frozen=True, slots=True)
class Model:
    """A model that can be chosen. Empty, 0 or None where the server says nothing."""

    name: str
    size: int = 0
    """Bytes on the server's disk."""
    parameters: str = ""
    """As the server words it: ``7.2B``."""
    quantisation: str = ""
    family: str = ""
    context_length: int = 0
    """Tokens the model was trained for."""
    capabilities: frozenset[str] | None = None
    """``completion``, ``tools``, ``vision``, …; None if the server doesn't tell."""
    digest: str = ""
    modified: str = ""
    """RFC 3339."""
    remote: str = ""
    """The host that really runs a cloud model."""
    window: int = 0
    """Tokens that the server keeps of a conversation, where its list tells."""

    def can(self, capability: str) -> bool | None:
        """Whether the model has ``capability``, or None if that is not known."""
        return None if self.capabilities is None else capability in self.capabilities

    @property
    def chats(self) -> bool:
        """Whether it answers prompts at all; older servers leave that to be guessed.

        >>> Model("nomic-embed-text", capabilities=frozenset({"embedding"})).chats
        False
        >>> [Model(n, family=f).chats for n, f in (("m", "llama"), ("m", "nomic-bert"))]
        [True, False]
        """
        known = self.can("completion")
        if known is not None:
            return known
        name, family = self.name.lower(), self.family.lower()
        return "bert" not in family and not any(word in name for word in _NO_CHAT)


_NO_CHAT = ("embed", "minilm", "rerank")


@dataclass(frozen=True, slots=True)
class Account:
    """Who is signed in on a server (``/api/me``). Untrusted texts."""

    name: str
    email: str = ""
    plan: str = ""

    def __str__(self) -> str:
        """As it is shown.

        >>> str(Account("me", plan="pro")), str(Account("", "me@example.com"))
        ('me (pro)', 'me@example.com')
        """
        who = self.name or self.email
        return f"{who} ({self.plan})" if self.plan else who


@dataclass(frozen=True, slots=True)
class ModelDetails:
    """One model in full (``/api/show``)."""

    model: Model
    template: str = ""
    system: str = ""
    parameters: str = ""
    license: str = ""
    modelfile: str = ""
    parent: str = ""
    """The model it was made from, where the server tells."""
    messages: tuple[Turn, ...] = ()
    """A conversation that it was made with: the server puts it before every prompt."""
    info: Mapping[str, Any] = field(default_factory=dict)
    """The metadata of the weights, by GGUF key."""
    usual: Mapping[str, Any] = field(default_factory=dict)
    """The options that hold where nobody sets others, as far as that is known."""
    raw: Mapping[str, Any] = field(default_factory=dict)
    """The whole answer, for ``--json``."""


@dataclass(frozen=True, slots=True)
class NewModel:
    """A model to be made from another one; what is empty stays as it is there."""

    name: str
    base: str = ""
    """The model that it is made from, "" where it is made of ``files``."""
    system: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """Options, by Ollama's names."""
    messages: tuple[Turn, ...] = ()
    """A conversation that all prompts go on with."""
    template: str = ""
    licenses: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    """Paths of weights on this machine, to be sent to the server."""
    adapters: tuple[str, ...] = ()
    """The same for LoRA adapters."""
    quantise: str = ""
    """What its weights are to be made smaller to: ``q4_K_M``."""
    more: Mapping[str, str] = field(default_factory=dict)
    """``renderer``, ``parser`` and ``requires``, which only Ollama reads."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A model that a server says is worth having; what it says is untrusted."""

    model: str
    about: str = ""
    """What it is good for, in a few words."""
    memory: int = 0
    """Bytes of memory that it takes, 0 where the server doesn't say."""
    context_length: int = 0
    """Tokens; said of cloud models."""
    plan: str = ""
    """What one must have paid for, "" for nothing."""

    @property
    def cloud(self) -> bool:
        """Whether it runs elsewhere."""
        return is_cloud(self.model)

    @property
    def takes(self) -> str:
        """What it takes to run it, in a word.

        >>> [Recommendation(*x).takes for x in (("m", "", 12 * 10**9), ("m:cloud",))]
        ['12 GB', 'cloud']
        """
        if self.cloud:
            return "cloud"
        return size(self.memory) if self.memory else ""


@dataclass(frozen=True, slots=True)
class RunningModel:
    """A model in memory (``/api/ps``)."""

    name: str
    size: int = 0
    """Bytes of memory in all."""
    size_vram: int = 0
    """Bytes of it on the GPU."""
    context_length: int = 0
    """Tokens that the server keeps of a conversation."""
    expires: str = ""
    """RFC 3339."""
    digest: str = ""
    family: str = ""
    parameters: str = ""
    quantisation: str = ""


def in_memory(
    name: str, digest: str, running: Iterable[RunningModel]
) -> RunningModel | None:
    """Where a model is in memory, None if it isn't.

    A server lists it under the name that loaded it first; a copy has other names, and
    the same ``digest`` ("" if that is not known).

    >>> found = [RunningModel("a:latest", digest="1")]
    >>> [bool(in_memory(name, "", found)) for name in ("A", "b")]
    [True, False]
    >>> in_memory("copy", "1", found).name
    'a:latest'
    """
    wanted = canonical(name)
    copy = None
    for one in running:
        if canonical(one.name) == wanted:
            return one
        if digest and one.digest == digest:
            copy = copy or one
    return copy
