"""Sessions and messages as JSON, the format that people write scripts over.

Reading is lenient: what is missing has its default. A known field that holds
something else than it should is kept beside the default, like an unknown one,
so that a save loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast, get_args

from llmtui.chat.events import ToolCall
from llmtui.chat.message import Attachment, Message, Role, Sent, Status
from llmtui.chat.misfit import Misfit
from llmtui.chat.prompt import Generation, Prompt
from llmtui.chat.request import Format, Think
from llmtui.chat.session import Session
from llmtui.chat.stored_thinking import parted
from llmtui.chat.think_levels import THINK_LEVELS
from llmtui.chat.usage import Usage
from llmtui.hosts import Host
from llmtui.store.errors import Unreadable
from llmtui.store.upgrades import VERSION

_STATUSES = tuple(s for s in get_args(Status) if s != "streaming")
_TITLE_BY = ("prompt", "user", "model")


class _Fields:
    """Takes known fields out of an object; what it does not take is ``rest``."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.rest = dict(data)

    def take(self, name: str, good: Callable[[Any], bool], default: Any) -> Any:
        value = self.rest.pop(name, None)
        if value is None:
            return default
        if good(value):
            return value
        self.rest[name] = value
        return default

    def text(self, name: str) -> str:
        # Six of these in each message: a session of thousands waits for them.
        value = self.rest.pop(name, None)
        if type(value) is str:
            return value
        if value is not None:
            self.rest[name] = value
        return ""

    def flag(self, name: str) -> bool:
        # As often as texts.
        if name not in self.rest:
            return False
        return cast("bool", self.take(name, _is_bool, False))

    def text_or_none(self, name: str) -> str | None:
        return cast("str | None", self.take(name, _is_text, None))

    def mapping(self, name: str) -> dict[str, Any]:
        return cast("dict[str, Any]", self.take(name, _is_mapping, {}))

    def sequence(self, name: str, good: Callable[[Any], bool]) -> list[Any]:
        if name not in self.rest:
            return []
        return cast("list[Any]", self.take(name, _list_of(good), []))

    def think(self) -> Think:
        return cast(Think, self.take("think", _is_think, None))

    def format(self) -> Format:
        return cast(Format, self.take("format", _is_format, None))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_mapping(value: Any) -> bool:
    return isinstance(value, dict)


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)


def _is_think(value: Any) -> bool:
    return isinstance(value, bool) or value in THINK_LEVELS


def _is_format(value: Any) -> bool:
    return isinstance(value, dict) or value == "json"


def _is_misfit(value: Any) -> bool:
    names = value.keys() if isinstance(value, dict) else ()
    return set(names) == {"path", "problem"} and all(map(_is_text, value.values()))


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _list_of(good: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(good, value))


# -- the session's own fields ----------------------------------------------------


def fields_of(session: Session) -> dict[str, Any]:
    """The session as JSON, without its messages; unknown fields among them."""
    found = {
        "version": VERSION,
        "id": session.id,
        "created": session.created,
        "updated": session.updated,
        "title": session.title,
        "title_by": session.title_by,
        "pinned": session.pinned,
        "head": session.head,
        "model": session.model,
        "host": session.host,
        "system": session.system,
        "options": dict(session.options),
        "think": session.think,
        "format": session.format,
        "keep_alive": session.keep_alive,
        "truncate": session.truncate,
        "removed": list(session.removed),
    }
    if session.tags:
        found["tags"] = list(session.tags)
    if session.source:
        found["source"] = dict(session.source)
    for name, value in session.extra.items():
        if not found.get(name) or found[name] == "prompt":
            found[name] = value
    return found


def session_from(
    data: Mapping[str, Any], session_id: str, messages: Iterable[Message] = ()
) -> Session:
    """A session from its own fields; the file's name is its id."""
    fields = _Fields(data)
    for name in ("version", "id", "messages"):
        fields.rest.pop(name, None)
    return Session(
        id=session_id,
        created=fields.text("created"),
        updated=fields.text("updated"),
        title=fields.text("title"),
        title_by=fields.take("title_by", lambda v: v in _TITLE_BY, "prompt"),
        pinned=fields.take("pinned", _is_bool, False),
        head=fields.text_or_none("head"),
        model=fields.text("model"),
        host=fields.text("host"),
        system=fields.text_or_none("system"),
        options=fields.mapping("options"),
        think=fields.think(),
        format=fields.format(),
        keep_alive=fields.take("keep_alive", _is_number, None),
        truncate=fields.take("truncate", _is_bool, True),
        removed=fields.sequence("removed", _is_text),
        tags=fields.sequence("tags", _is_text),
        source=fields.mapping("source"),
        messages={message.id: message for message in messages},
        extra=fields.rest,
    )


def put_fields(session: Session, data: Mapping[str, Any]) -> None:
    """Give a session other fields of its own. Id, head and messages stay."""
    new = session_from(data, session.id)
    for name in _OWN:
        setattr(session, name, getattr(new, name))


_OWN = (
    "updated",
    "title",
    "title_by",
    "pinned",
    "model",
    "host",
    "system",
    "options",
    "think",
    "format",
    "keep_alive",
    "truncate",
    "removed",
    "tags",
    "source",
    "extra",
)


# -- messages -----------------------------------------------------------------------


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
    fields = _Fields(data)
    del fields.rest["id"], fields.rest["role"]
    usage, request = fields.take("usage", _is_mapping, None), None
    if _is_mapping(fields.rest.get("request")):
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
            attachment_from(one) for one in fields.sequence("attachments", _is_mapping)
        ),
        tool_calls=tuple(
            call_from(one) for one in fields.sequence("tool_calls", _is_mapping)
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


def _misfit(fields: _Fields) -> Misfit | None:
    if "misfit" not in fields.rest:
        return None
    said = fields.take("misfit", _is_misfit, None)
    return None if said is None else Misfit(**said)


def attachment_to(attachment: Attachment) -> dict[str, Any]:
    return {
        "sha256": attachment.sha256,
        "name": attachment.name,
        "type": attachment.type,
        "size": attachment.size,
        **attachment.extra,
    }


def attachment_from(data: Mapping[str, Any]) -> Attachment:
    fields = _Fields(data)
    return Attachment(
        sha256=fields.text("sha256"),
        name=fields.text("name"),
        type=fields.text("type"),
        size=fields.take("size", _is_count, 0),
        extra=fields.rest,
    )


def call_to(call: ToolCall) -> dict[str, Any]:
    found = {"name": call.name, "arguments": dict(call.arguments)}
    return {**found, "id": call.id} if call.id else found


def call_from(data: Mapping[str, Any]) -> ToolCall:
    fields = _Fields(data)
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
    fields = _Fields(data)
    return Sent(
        model=fields.text("model"),
        host=fields.text("host"),
        digest=fields.text("digest"),
        system=fields.text_or_none("system"),
        options=fields.mapping("options"),
        think=fields.think(),
        format=fields.format(),
        keep_alive=fields.take("keep_alive", _is_number, None),
        truncate=fields.take("truncate", _is_bool, True),
        window=fields.take("window", _is_count, 0),
        messages=fields.text("messages_sha256"),
        extra=fields.rest,
    )


# -- prompts that wait ----------------------------------------------------------------


def prompt_to(prompt: Prompt) -> dict[str, Any]:
    """A prompt as JSON, without its host's password."""
    return {
        "id": prompt.id,
        "follows": prompt.follows,
        "text": prompt.text,
        "created": prompt.created,
        "attachments": [attachment_to(one) for one in prompt.attachments],
        "keep_alive": prompt.generation.keep_alive,
        "truncate": prompt.generation.truncate,
        "request": sent_to(prompt.generation.sent),
    }


def prompt_from(data: Any, find_host: Callable[[str], Host]) -> Prompt:
    """A prompt from JSON; ``find_host`` reads what ``Host.stored`` wrote.

    Raises ``Unreadable`` if it has no id, or is not all understood: it is going to be
    sent unasked.
    """
    if not isinstance(data, dict) or not isinstance(data.get("id"), str):
        raise Unreadable("a prompt in it has no id")
    attached = data.get("attachments", [])
    if not isinstance(data.get("text"), str) or not _list_of(_is_mapping)(attached):
        raise Unreadable(f"the prompt {data['id']} in it has no text")
    fields = _Fields(data)
    sent = sent_from(fields.mapping("request"))
    return Prompt(
        text=fields.text("text"),
        generation=Generation(
            host=find_host(sent.host),
            model=sent.model,
            digest=sent.digest,
            system=sent.system,
            options=sent.options,
            think=sent.think,
            format=sent.format,
            keep_alive=fields.take("keep_alive", _is_number, None),
            truncate=fields.take("truncate", _is_bool, True),
        ),
        follows=fields.text_or_none("follows"),
        attachments=tuple(
            attachment_from(one) for one in fields.sequence("attachments", _is_mapping)
        ),
        id=fields.text("id"),
        created=fields.text("created"),
    )
