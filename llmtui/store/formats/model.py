"""The conversation that a model was made with: ``/save`` of ``ollama run``, and ours.

``/api/show`` tells its messages, without their times and images.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.chat.names import canonical, short
from llmtui.chat.option_texts import parameters_of
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
    session.options = parameters_of(details.parameters)
    return session
