"""Prompts that wait in line as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llmtui.chat.prompt import Generation, Prompt
from llmtui.hosts import Host
from llmtui.store.codec.fields import Fields, is_bool, is_mapping, is_number, list_of
from llmtui.store.codec.messages import (
    attachment_from,
    attachment_to,
    sent_from,
    sent_to,
)
from llmtui.store.errors import Unreadable


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
    if not isinstance(data.get("text"), str) or not list_of(is_mapping)(attached):
        raise Unreadable(f"the prompt {data['id']} in it has no text")
    fields = Fields(data)
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
            keep_alive=fields.take("keep_alive", is_number, None),
            truncate=fields.take("truncate", is_bool, True),
        ),
        follows=fields.text_or_none("follows"),
        attachments=tuple(
            attachment_from(one) for one in fields.sequence("attachments", is_mapping)
        ),
        id=fields.text("id"),
        created=fields.text("created"),
    )
