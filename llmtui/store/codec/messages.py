"""Messages as JSON, the format that people write scripts over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast, get_args

from llmtui.chat.events import ToolCall
from llmtui.chat.message import Attachment, Message, Role, Sent, Status
from llmtui.chat.misfit import Misfit
from llmtui.chat.stored_thinking import parted
from llmtui.chat.usage import Usage
from llmtui.store.codec.fields import (
    Fields,
    is_bool,
    is_count,
    is_mapping,
    is_number,
    is_text,
)
from llmtui.store.errors import Unreadable

_STATUSES = tuple(s for s in get_args(Status) if s != "streaming")


def message_to(message: Message) -> dict[str, Any]:
    """A message as JSON; what is empty is left out."""
    found: dict[str, Any] = {
        "id": message.id,
        "parent": message.parent,
        "role": message.role,
        "text": message.text,
    }
    if message.thinking:
        found["thinking"] = message.thinking
    found["created"] = message.created
    if message.attachments:
        found["attachments"] = [attachment_to(one) for one in message.attachments]
    if message.tool_calls:
        found["tool_calls"] = [call_to(call) for call in message.tool_calls]
    found["status"] = message.status
    for name in ("error", "done_reason", "continues"):
        if value := getattr(message, name):
            found[name] = value
    if message.misfit is not None:
        found["misfit"] = message.misfit._asdict()
    if message.usage is not None:
        found["usage"] = {**message.usage.to_json(), **message.usage.extra}
    if message.request is not None:
        found["request"] = sent_to(message.request)
    for name in ("excluded", "pinned", "name", "erased"):
        if value := getattr(message, name):
            found[name] = value
    return {**found, **message.extra}


def message_from(data: Any) -> Message:
    """A message from JSON; raises ``Unreadable`` if it has no id or role.

    Thinking that was stored in the text of an answer is parted from it.
    """
    if not isinstance(data, dict):
        raise Unreadable("a message in it is no object")
    message_id, role = data.get("id"), data.get("role")
    if not isinstance(message_id, str) or not message_id:
        raise Unreadable("a message in it has no id")
    if not isinstance(role, str):
        raise Unreadable(f"the message {message_id} in it has no role")
    fields = Fields(data)
    del fields.rest["id"], fields.rest["role"]
    usage, request = fields.take("usage", is_mapping, None), None
    if is_mapping(fields.rest.get("request")):
        request = sent_from(fields.mapping("request"))
    ended = "complete" if "status" not in data else "incomplete"
    message = Message(
        id=message_id,
        parent=fields.text_or_none("parent"),
        role=cast(Role, role),
        text=fields.text("text"),
        created=fields.text("created"),
        thinking=fields.text("thinking"),
        attachments=tuple(
            attachment_from(one) for one in fields.sequence("attachments", is_mapping)
        ),
        tool_calls=tuple(
            call_from(one) for one in fields.sequence("tool_calls", is_mapping)
        ),
        status=cast(Status, fields.take("status", lambda v: v in _STATUSES, ended)),
        error=fields.text("error"),
        done_reason=fields.text("done_reason"),
        misfit=_misfit(fields),
        usage=None if usage is None else usage_from(usage),
        continues=fields.text_or_none("continues"),
        request=request,
        excluded=fields.flag("excluded"),
        pinned=fields.flag("pinned"),
        name=fields.text("name"),
        erased=fields.flag("erased"),
        extra=fields.rest,
    )
    return parted(message)


def _misfit(fields: Fields) -> Misfit | None:
    if "misfit" not in fields.rest:
        return None
    said = fields.take("misfit", _is_misfit, None)
    return None if said is None else Misfit(**said)


def _is_misfit(value: Any) -> bool:
    names = value.keys() if isinstance(value, dict) else ()
    return set(names) == {"path", "problem"} and all(map(is_text, value.values()))


def attachment_to(attachment: Attachment) -> dict[str, Any]:
    return {
        "sha256": attachment.sha256,
        "name": attachment.name,
        "type": attachment.type,
        "size": attachment.size,
        **attachment.extra,
    }


def attachment_from(data: Mapping[str, Any]) -> Attachment:
    fields = Fields(data)
    return Attachment(
        sha256=fields.text("sha256"),
        name=fields.text("name"),
        type=fields.text("type"),
        size=fields.take("size", is_count, 0),
        extra=fields.rest,
    )


def call_to(call: ToolCall) -> dict[str, Any]:
    found = {"name": call.name, "arguments": dict(call.arguments)}
    return {**found, "id": call.id} if call.id else found


def call_from(data: Mapping[str, Any]) -> ToolCall:
    fields = Fields(data)
    return ToolCall(fields.text("name"), fields.mapping("arguments"), fields.text("id"))


def usage_from(data: Mapping[str, Any]) -> Usage:
    known = Usage.from_json(data)
    names = known.to_json()
    rest = {n: v for n, v in data.items() if n not in names or names[n] != v}
    return Usage(**names, extra=rest) if rest else known


def sent_to(sent: Sent) -> dict[str, Any]:
    return {
        "model": sent.model,
        "digest": sent.digest,
        "host": sent.host,
        "system": sent.system,
        "options": dict(sent.options),
        "think": sent.think,
        "format": sent.format,
        **({} if sent.truncate else {"truncate": False}),
        **({"window": sent.window} if sent.window else {}),
        **({"messages_sha256": sent.messages} if sent.messages else {}),
        **({} if sent.keep_alive is None else {"keep_alive": sent.keep_alive}),
        **sent.extra,
    }


def sent_from(data: Mapping[str, Any]) -> Sent:
    fields = Fields(data)
    return Sent(
        model=fields.text("model"),
        host=fields.text("host"),
        digest=fields.text("digest"),
        system=fields.text_or_none("system"),
        options=fields.mapping("options"),
        think=fields.think(),
        format=fields.format(),
        keep_alive=fields.take("keep_alive", is_number, None),
        truncate=fields.take("truncate", is_bool, True),
        window=fields.take("window", is_count, 0),
        messages=fields.text("messages_sha256"),
        extra=fields.rest,
    )
