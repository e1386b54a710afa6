"""What a host can do, as a value for those who may not ask its provider."""

from __future__ import annotations

from typing import NamedTuple

from llmtui.chat.request import OPTIONS


class Capabilities(NamedTuple):
    """What the protocols of a provider say it can do; nothing, while none is open."""

    describes: bool = False
    """Describe a model in full."""
    runs: bool = False
    """Tell what is in memory, load and unload."""
    pulls: bool = False
    """Fetch a model that it doesn't have."""
    manages: bool = False
    """Delete and copy models."""
    creates: bool = False
    """Make a model from another one."""
    prepares: bool = False
    """Fetch something before its first answer."""
    options: frozenset[str] = frozenset(OPTIONS)
    """The options, by Ollama's names, that mean something there."""

    def refusal(self, option: str, host: str) -> str:
        """Why an option means nothing to ``host``, "" if it does.

        >>> Capabilities(options=frozenset()).refusal("num_ctx", "box")
        'box takes no num_ctx: its server decides that'
        """
        if option in self.options:
            return ""
        return f"{host} takes no {option}: its server decides that"
