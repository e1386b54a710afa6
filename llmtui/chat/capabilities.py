"""What a host and a model can do, as values for those who may not ask a provider.

What follows from it for a prompt is decided here, once for every front end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from llmtui.chat.names import short
from llmtui.chat.options import OPTIONS
from llmtui.chat.request import Think
from llmtui.chat.think_levels import THINK_CHOICES

if TYPE_CHECKING:
    from llmtui.chat.models import Model


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
    recommends: bool = False
    """Say which models are worth fetching."""
    previews: bool = False
    """Say beforehand what a chat sends."""
    counts: bool = False
    """Have tokens counted before a chat is sent, perhaps: not every server does."""
    truncates: bool = False
    """Leave the oldest turns out, in silence, where not all of them fit."""
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


# -- thinking ------------------------------------------------------------------------

_ONLY_LEVELS = ("gptoss", "gpt-oss")
"""Families that always think and take levels alone; of true and false they see
nothing, and their highest level is ``high`` (``docs/capabilities/thinking.mdx``)."""


def think_choices(model: Model | None) -> tuple[tuple[str, str], ...]:
    """How much a model may be asked to think, and what each choice means.

    All that there is while nothing is known of it; empty if it does not think.

    >>> from llmtui.chat.models import Model
    >>> think_choices(Model("m", capabilities=frozenset()))
    ()
    >>> oss = Model("gpt-oss:20b", capabilities=frozenset({"thinking"}))
    >>> [name for name, _ in think_choices(oss)]
    ['default', 'low', 'medium', 'high']
    """
    if model is not None and model.can("thinking") is False:
        return ()
    if model is None or not _only_levels(model):
        return THINK_CHOICES
    kept = ("default", "low", "medium", "high")
    return tuple(choice for choice in THINK_CHOICES if choice[0] in kept)


def think_sent(model: Model | None, think: Think) -> Think:
    """What is sent to a model where ``think`` is wanted: what it takes is nearest.

    >>> from llmtui.chat.models import Model
    >>> think_sent(Model("m", capabilities=frozenset()), True) is None
    True
    >>> oss = Model("gpt-oss:20b", capabilities=frozenset({"thinking"}))
    >>> [think_sent(oss, think) for think in (True, False, "max", "low")]
    [None, 'low', 'high', 'low']
    """
    if model is None or think is None:
        return think
    if model.can("thinking") is False:
        return None
    if not _only_levels(model):
        return think
    return {True: None, False: "low", "max": "high"}.get(think, think)


def think_refusal(model: Model | None, think: Think) -> str:
    """Why a model does not get what is wanted of its thinking, "" if it does.

    >>> from llmtui.chat.models import Model
    >>> think_refusal(Model("m:latest", capabilities=frozenset()), "high")
    'm does not think'
    >>> oss = Model("gpt-oss:20b", capabilities=frozenset({"thinking"}))
    >>> think_refusal(oss, False)
    'gpt-oss:20b always thinks: it is asked to think low, its least'
    >>> think_refusal(oss, True), think_refusal(None, True)
    ('', '')
    """
    if model is None or think is None:
        return ""
    if model.can("thinking") is False:
        return f"{short(model.name)} does not think" if think else ""
    if think is False and _only_levels(model):
        return f"{short(model.name)} always thinks: it is asked to think low, its least"
    return ""


def _only_levels(model: Model) -> bool:
    return model.family.lower() in _ONLY_LEVELS or "gpt-oss" in model.name.lower()


# -- images and tools ----------------------------------------------------------------


def images_refusal(model: Model | None) -> str:
    """Why a model gets no images, "" if it may look at them.

    >>> from llmtui.chat.models import Model
    >>> images_refusal(Model("mistral:latest", capabilities=frozenset({"tools"})))
    'mistral cannot look at images: choose a model with vision, or leave them out'
    >>> images_refusal(Model("unknown")), images_refusal(None)
    ('', '')
    """
    if model is None or model.can("vision") is not False:
        return ""
    name = short(model.name)
    return (
        f"{name} cannot look at images: choose a model with vision, or leave them out"
    )


def takes_tools(model: Model | None) -> bool:
    """Whether a model may be given tools to call; where nobody knows, it is.

    >>> from llmtui.chat.models import Model
    >>> takes_tools(Model("m", capabilities=frozenset({"vision"}))), takes_tools(None)
    (False, True)
    """
    return model is None or model.can("tools") is not False
