"""Tokens counted before a chat is sent, by those servers of OpenAI's kind that do.

llama.cpp counts a chat as it would be sent (``/v1/chat/completions/input_tokens``)
and applies its template (``/apply-template``), vLLM and SGLang count messages
(``/tokenize``). Which way a server has is found out once, with a message of one
letter: no conversation goes to a path that nobody knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmtui.chat.lenient import as_mapping, as_text, known_whole
from llmtui.providers.errors import NotUnderstood, Refused, Unsupported
from llmtui.providers.http import Link, read
from llmtui.providers.ndjson import parse

_PROBE: Mapping[str, Any] = {"messages": [{"role": "user", "content": "x"}]}


class TokenCounter:
    """Asks one server. ``body`` is always that of a chat, as it would be sent."""

    def __init__(self, link: Link, root: Link) -> None:
        """``link`` is where chats go, ``root`` the same without ``/v1``."""
        self._ways = ((link, "/chat/completions/input_tokens"), (root, "/tokenize"))
        self._root = root
        self._way: tuple[Link, str] | None = None
        self._known = False

    async def count(self, body: Mapping[str, Any]) -> int:
        """The tokens of a chat; raises ``Unsupported`` where nobody counts."""
        if not self._known:
            await self._find(body)
        if self._way is not None:
            found = _counted(await self._ask(*self._way, body))
            if found is not None:
                return found
        raise Unsupported(f"{self._root.host.label} does not count tokens")

    async def rendered(self, body: Mapping[str, Any]) -> str:
        """The prompt that the server's template makes; raises ``Unsupported``."""
        found = await self._ask(self._root, "/apply-template", body)
        if prompt := as_text(found.get("prompt")):
            return prompt
        raise Unsupported(
            f"{self._root.host.label} does not show the prompt that it makes"
        )

    async def _find(self, body: Mapping[str, Any]) -> None:
        for way in self._ways:
            answer = await self._ask(*way, {"model": body.get("model"), **_PROBE})
            if _counted(answer):
                self._way = way
                break
        self._known = True

    async def _ask(
        self, link: Link, path: str, body: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """What the server says, {} where it has no such path or refuses."""
        async with link.look("POST", path, _unstreamed(body)) as response:
            content = await read(response)
            if response.status_code != 200:
                return {}
        try:
            return as_mapping(parse(content))
        except (ValueError, Refused, NotUnderstood):
            return {}


def _counted(answer: Mapping[str, Any]) -> int | None:
    """llama.cpp says ``input_tokens``, vLLM ``count``."""
    for name in ("input_tokens", "count"):
        if (found := known_whole(answer.get(name))) is not None:
            return found
    return None


def _unstreamed(body: Mapping[str, Any]) -> dict[str, Any]:
    """A chat's body without what is about its answer."""
    about_answer = ("stream", "stream_options")
    return {key: value for key, value in body.items() if key not in about_answer}
