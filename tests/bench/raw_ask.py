"""The floor of the ask benchmark: a raw async httpx script doing the same request."""

from __future__ import annotations

import asyncio
import json
import sys

import httpx


async def main(url: str) -> None:
    body = {"model": "smollm2", "prompt": "hi"}
    async with (
        httpx.AsyncClient(timeout=None) as client,
        client.stream("POST", f"{url}/api/generate", json=body) as response,
    ):
        async for line in response.aiter_lines():
            print(json.loads(line)["response"], end="", flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
