"""What was sent for a reply, looked at afterwards."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from llmtui.jobs.chat_request import draft_as_sent
from llmtui.providers.errors import ProviderError
from llmtui.providers.protocol import Previews
from llmtui.store.errors import SaveError

if TYPE_CHECKING:
    from llmtui.chat.message import Message
    from llmtui.chat.session import Session
    from llmtui.hosts import Host
    from llmtui.jobs.core import Core


class SentRequest(NamedTuple):
    """The request of a reply as JSON."""

    text: str
    """With a line for each value; "" where it cannot be made."""
    remark: str
    """Why it may not be what was sent, or why there is none; "" if it is the same."""


class ReplyLook:
    """Makes requests anew, from what a session and its replies keep of them."""

    def __init__(self, core: Core, find_host: Callable[[str], Host]) -> None:
        """``find_host`` reads what ``Host.stored`` wrote."""
        self._providers = core.providers
        self._contents = core.replies.attachments.content
        self._find_host = find_host

    async def request(self, session: Session, reply: Message) -> SentRequest:
        """What was sent for a reply. Raises nothing, and sends nothing.

        Keys and passwords are in headers, and so not in it.
        """
        try:
            draft = draft_as_sent(session, reply, self._contents)
            host = self._find_host(draft.sent.host)
            provider = await asyncio.to_thread(self._providers.open, host)
            if not isinstance(provider, Previews):
                return SentRequest("", f"{provider.name} does not tell what it is sent")
            request = await asyncio.to_thread(draft.request)
            body = await provider.body(request)
        except SaveError as error:
            return SentRequest("", str(error))
        except ProviderError as error:
            return SentRequest("", error.sentence)
        text = await asyncio.to_thread(_in_lines, body)
        now = await asyncio.to_thread(draft.fingerprint)
        return SentRequest(text, _remark(draft.sent.messages, now))


def _in_lines(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")


def _remark(then: str, now: str) -> str:
    if not then:
        return "made anew: whether the same messages were sent then is not known"
    return "" if then == now else "made anew: what stands above it was changed since"
