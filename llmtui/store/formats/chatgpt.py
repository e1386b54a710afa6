"""ChatGPT's ``conversations.json``, from the export of all data.

An array of conversations. Each has a ``mapping`` from ids to nodes with ``parent``
and ``message``; what was edited or asked for again is another child of its parent.
``current_node`` is the end of the branch that was shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from llmtui.chat.lenient import as_mapping, as_mappings, as_text
from llmtui.chat.message import Role
from llmtui.chat.session import Session
from llmtui.store.formats.building import Builder, time_of

KIND = "chatgpt"


def fits(data: Mapping[str, Any]) -> bool:
    """Whether this is a conversation of ChatGPT's."""
    return isinstance(data.get("mapping"), Mapping)


def read(data: Mapping[str, Any]) -> Session:
    """One conversation; raises ``NoConversation``."""
    nodes = {
        name: as_mapping(node) for name, node in as_mapping(data["mapping"]).items()
    }
    builder = Builder(
        KIND,
        data.get("conversation_id") or data.get("id") or sorted(nodes),
        title=as_text(data.get("title")),
        created=time_of(data.get("create_time")),
        model=as_text(data.get("default_model_slug")),
    )
    reached: dict[str, _Reached] = {}
    for name in _parents_first(nodes):
        parent = reached.get(as_text(nodes[name].get("parent")), _Reached(None, ""))
        reached[name] = _node(builder, name, nodes[name], parent)
    head = reached.get(as_text(data.get("current_node")), _Reached(None, "")).message
    return builder.built(head, updated=time_of(data.get("update_time")))


class _Reached(NamedTuple):
    """Where a walk from the root is after a node."""

    message: str | None
    """The id of the last message that was kept."""
    thinking: str
    """What was thought since, which belongs to the next reply."""


def _parents_first(nodes: Mapping[str, Mapping[str, Any]]) -> list[str]:
    following: dict[str, list[str]] = {}
    roots = []
    for name, node in nodes.items():
        parent = as_text(node.get("parent"))
        if parent in nodes and parent != name:
            following.setdefault(parent, []).append(name)
        else:
            roots.append(name)
    for name in roots:  # which grows
        roots += following.pop(name, [])
    return roots


def _node(
    builder: Builder, name: str, node: Mapping[str, Any], before: _Reached
) -> _Reached:
    message = as_mapping(node.get("message"))
    content = as_mapping(message.get("content"))
    metadata = as_mapping(message.get("metadata"))
    role = as_text(as_mapping(message.get("author")).get("role"))
    if content.get("content_type") == "thoughts":
        thoughts = (
            as_text(one.get("content")) for one in as_mappings(content.get("thoughts"))
        )
        return before._replace(thinking=_joined(before.thinking, *thoughts))
    text = _text(content)
    hidden = metadata.get("is_visually_hidden_from_conversation") is True
    if role not in _ROLES or hidden or not text.strip():
        return before
    thinking = before.thinking if role == "assistant" else ""
    return _Reached(
        builder.add(
            name,
            before.message,
            _ROLES[role],
            text,
            created=time_of(message.get("create_time")),
            model=as_text(metadata.get("model_slug")),
            thinking=thinking,
        ),
        "" if thinking else before.thinking,
    )


_ROLES: Mapping[str, Role] = {
    "user": "user",
    "assistant": "assistant",
    "system": "system",
    "tool": "tool",
}


def _text(content: Mapping[str, Any]) -> str:
    match content.get("content_type"):
        case "code":
            return f"```\n{as_text(content.get('text'))}\n```"
        case "reasoning_recap" | "user_editable_context" | "model_editable_context":
            return ""
    parts = content.get("parts")
    if not isinstance(parts, list):
        return _joined(as_text(content.get("text")), as_text(content.get("result")))
    return _joined(*map(_part, parts))


def _part(part: object) -> str:
    """A piece of a message: text, a transcript, or a file that is not in the export."""
    if isinstance(part, str):
        return part
    data = as_mapping(part)
    if text := as_text(data.get("text")):
        return text
    kind = as_text(data.get("content_type")).partition("_")[0]
    return f"[{kind or 'attachment'}]" if data else ""


def _joined(*texts: str) -> str:
    return "\n\n".join(text for text in texts if text)
