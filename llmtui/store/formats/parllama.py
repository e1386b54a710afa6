"""parllama's chats: one JSON file each, in its folder ``chats``.

``{"id", "name", "last_updated", "llm_config": {"model_name"}, "messages": [{"id",
"role", "content"}]}``; older files say ``session_id``, ``session_name``,
``llm_model_name`` and ``message_id``. A chat can be encrypted (``__key__``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmtui.chat.lenient import as_mapping, as_mappings, as_text
from llmtui.chat.message import Role
from llmtui.chat.session import Session
from llmtui.store.formats.building import Builder, NoConversation, time_of

KIND = "parllama"
_ROLES: Mapping[str, Role] = {
    "user": "user",
    "assistant": "assistant",
    "system": "system",
    "tool": "tool",
}


def fits(data: Mapping[str, Any]) -> bool:
    """Whether this is a chat of parllama's."""
    return isinstance(data.get("messages"), list) and (
        "llm_config" in data or "llm_model_name" in data
    )


def read(data: Mapping[str, Any]) -> Session:
    """One chat; raises ``NoConversation``."""
    if data.get("__key__"):
        raise NoConversation("it is encrypted")
    config = as_mapping(data.get("llm_config"))
    model = as_text(config.get("model_name")) or as_text(data.get("llm_model_name"))
    updated = time_of(data.get("last_updated"))
    messages = as_mappings(data["messages"])
    source = data.get("id") or data.get("session_id")
    builder = Builder(
        KIND,
        source or [as_text(one.get("content")) for one in messages[:1]],
        title=as_text(data.get("name")) or as_text(data.get("session_name")),
        # The only time there is changes with each message, so it is in no id.
        created="",
        model=model,
    )
    parent: str | None = None
    for number, one in enumerate(messages):
        role, text = _ROLES.get(as_text(one.get("role"))), as_text(one.get("content"))
        thinking = as_text(one.get("thinking"))
        if role is not None and (text.strip() or thinking):
            # Its ids are not all different: a fault of older versions.
            parent = builder.add(
                number, parent, role, text, model=model, thinking=thinking
            )
    return builder.built(parent, updated=updated)
