"""Claude's ``conversations.json``, from the export of all data.

An array of conversations with ``chat_messages``. Each message has ``sender`` (human or
assistant), ``content`` (blocks) beside the older ``text``, and in newer exports
``parent_message_uuid``, by which edits are branches; the root's parent is a uuid of
zeros. ``current_leaf_message_uuid``, where it is there, ends the branch that was shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmtui.chat.events import ToolCall
from llmtui.chat.lenient import as_mapping, as_mappings, as_text
from llmtui.chat.session import Session
from llmtui.store.formats.building import Builder, time_of

KIND = "claude"


def fits(data: Mapping[str, Any]) -> bool:
    """Whether this is a conversation of Claude's."""
    return isinstance(data.get("chat_messages"), list)


def read(data: Mapping[str, Any]) -> Session:
    """One conversation; raises ``NoConversation``."""
    messages = as_mappings(data["chat_messages"])
    builder = Builder(
        KIND,
        data.get("uuid") or [as_text(one.get("uuid")) for one in messages],
        title=as_text(data.get("name")),
        created=time_of(data.get("created_at")),
        model=as_text(data.get("model")),
    )
    ids: dict[str, str] = {}
    last: str | None = None
    branched = any("parent_message_uuid" in one for one in messages)
    for number, one in enumerate(messages):
        name = as_text(one.get("uuid")) or str(number)
        parent = ids.get(as_text(one.get("parent_message_uuid"))) if branched else last
        last = ids[name] = _message(builder, name, parent, one)
    head = ids.get(as_text(data.get("current_leaf_message_uuid")), last)
    return builder.built(head, updated=time_of(data.get("updated_at")))


def _message(
    builder: Builder, name: str, parent: str | None, one: Mapping[str, Any]
) -> str:
    blocks = as_mappings(one.get("content"))
    said = [_said(block) for block in blocks] or [as_text(one.get("text"))]
    said += [_attached(file) for file in as_mappings(one.get("attachments"))]
    said += [
        f"[{as_text(file.get('file_name'))}]" for file in as_mappings(one.get("files"))
    ]
    thoughts = [
        as_text(b.get("thinking")) for b in blocks if b.get("type") == "thinking"
    ]
    return builder.add(
        name,
        parent,
        "user" if one.get("sender") == "human" else "assistant",
        "\n\n".join(text for text in said if text),
        created=time_of(one.get("created_at")),
        model=builder.session.model or KIND,
        thinking="\n\n".join(text for text in thoughts if text),
        calls=[
            ToolCall(
                as_text(b.get("name")), as_mapping(b.get("input")), as_text(b.get("id"))
            )
            for b in blocks
            if b.get("type") == "tool_use"
        ],
    )


def _said(block: Mapping[str, Any]) -> str:
    match block.get("type"):
        case "text":
            return as_text(block.get("text"))
        case "tool_result":
            parts = as_mappings(block.get("content"))
            text = "\n\n".join(as_text(part.get("text")) for part in parts)
            return _fenced(text or as_text(block.get("content")))
    return ""


def _attached(file: Mapping[str, Any]) -> str:
    """A long text that was pasted, or a file that was read."""
    name, text = as_text(file.get("file_name")), as_text(file.get("extracted_content"))
    return "\n".join(part for part in (name, _fenced(text)) if part)


def _fenced(text: str) -> str:
    """Text between fences that are longer than any in it."""
    if not text:
        return ""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}\n{text}\n{fence}"
