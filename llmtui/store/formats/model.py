"""The conversation that a model was made with: ``/save`` of ``ollama run``, and ours.

``/api/show`` tells its messages, without their times and images.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from llmtui.chat.names import canonical, short
from llmtui.chat.request import OPTIONS, OptionError, option_value
from llmtui.store.formats.building import Builder, time_of

if TYPE_CHECKING:
    from llmtui.chat.models import ModelDetails
    from llmtui.chat.session import Session


def session_of(name: str, details: ModelDetails) -> Session:
    """The conversation as a session of the model that it was held with.

    Raises ``NoConversation`` if the model has none.
    """
    model, parent = details.model, details.parent
    created = time_of(model.modified)
    source = f"{canonical(name)}@{model.digest or created}"
    builder = Builder("model", source, title="", created=created, model=parent)
    above: str | None = None
    for number, turn in enumerate(details.messages):
        above = builder.add(
            number, above, turn.role, turn.content, model=parent, calls=turn.tool_calls
        )
    session = builder.built()
    session.title = session.title or short(name)
    session.system = details.system or None
    session.options = options_of(details.parameters)
    return session


def options_of(parameters: str) -> dict[str, Any]:
    """The options in what ``/api/show`` says of a model: a name and a value a line.

    >>> options_of('temperature    0.5\\nstop    "<|end|>"\\nstop    "a b"\\nodd    1')
    {'temperature': 0.5, 'stop': ['<|end|>', 'a b']}
    """
    found: dict[str, Any] = {}
    for line in parameters.splitlines():
        name, _, value = line.strip().partition(" ")
        if OPTIONS.get(name) is list:
            found.setdefault(name, []).append(_unquoted(value.strip()))
        elif name in OPTIONS:
            try:
                found[name] = option_value(name, value)
            except OptionError:
                continue
    return found


def _unquoted(value: str) -> str:
    """A text as Go quotes it, which for nearly all texts is as JSON does."""
    try:
        found = json.loads(value)
    except ValueError:
        return value.strip('"')
    return found if isinstance(found, str) else value
