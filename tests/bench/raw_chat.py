"""The floor of the stream benchmark: a raw httpx loop that prints.

    python -m tests.bench.raw_chat URL

Reads prompts from its terminal, a line each, and prints what comes, a token at a
time. Without asyncio: that would cost it nearly twice the CPU.
"""

from __future__ import annotations

import json
import sys

import httpx


def main(url: str) -> None:
    with httpx.Client(timeout=None, trust_env=False) as client:
        print("Ready.", flush=True)
        for prompt in sys.stdin:
            said = [{"role": "user", "content": prompt.strip()}]
            body = {"model": "smollm2", "messages": said}
            with client.stream("POST", f"{url}/api/chat", json=body) as response:
                for line in response.iter_lines():
                    print(json.loads(line)["message"]["content"], end="", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
