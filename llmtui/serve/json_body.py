"""JSON in requests and answers."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from llmtui.serve import reading
from llmtui.serve.http_message import Request, Response

_LARGE = 500_000
"""Bytes of JSON that are read in a thread, since the loop would feel it."""


def json_response(data: Any, status: int = 200) -> Response:
    """One object as an answer."""
    return Response(encode(data), status, "application/json; charset=utf-8")


def encode(data: Any) -> bytes:
    """As compact as Go writes it. Lone surrogates, which cannot be sent, become ?."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=str)
    return text.encode("utf-8", "replace")


async def body_of(request: Request) -> dict[str, Any]:
    """The object that a request brings; raises ``ApiError``."""
    if len(request.body) < _LARGE:
        return reading.parse(request.body)
    return await asyncio.to_thread(reading.parse, request.body)
