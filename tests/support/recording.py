"""Traffic of real servers, recorded, as files in ``tests/recordings/``.

A file holds ``request`` (method, path, body) and ``response`` (status, headers,
``chunks`` as ``[ms, text]``, and how it ``ended``).
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

FOLDER = Path(__file__).parent.parent / "recordings"

Cuts = Literal["recorded", "whole", "bytes"] | int
"""As it came, in one piece, byte by byte, or at random (a number is the seed)."""


@dataclass(frozen=True)
class Recording:
    """One exchange with a real server."""

    name: str
    request: dict[str, Any]
    response: dict[str, Any]

    @classmethod
    def load(cls, name: str) -> Recording:
        data = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
        return cls(name, data["request"], data["response"])

    @property
    def method(self) -> str:
        return str(self.request["method"])

    @property
    def path(self) -> str:
        return str(self.request["path"])

    @property
    def status(self) -> int:
        return int(self.response["status"])

    @property
    def headers(self) -> dict[str, str]:
        """Those of the answer, without the ones that a server makes anew."""
        made = {"transfer-encoding", "content-length", "date", "connection"}
        found: dict[str, str] = self.response["headers"]
        return {
            name: value for name, value in found.items() if name.lower() not in made
        }

    @property
    def ended(self) -> Literal["eof", "closed by client", "broken"]:
        how = str(self.response["ended"]).partition(":")[0]
        assert how in ("eof", "closed by client", "broken"), how
        return how  # type: ignore[return-value]

    @property
    def body(self) -> bytes:
        """The whole answer."""
        return b"".join(text.encode() for _, text in self.response["chunks"])

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The answer's lines, read as JSON."""
        return [json.loads(line) for line in self.body.split(b"\n") if line.strip()]

    def pieces(self, cuts: Cuts = "recorded") -> Iterator[bytes]:
        """The answer in pieces."""
        if cuts == "recorded":
            yield from (text.encode() for _, text in self.response["chunks"])
        elif cuts == "whole":
            yield self.body
        elif cuts == "bytes":
            yield from (bytes([byte]) for byte in self.body)
        else:
            chance, rest = random.Random(cuts), self.body
            while rest:
                size = chance.randint(1, 200)
                yield rest[:size]
                rest = rest[size:]


def names(prefix: str = "") -> list[str]:
    """The names of the recordings that begin so."""
    return sorted(path.stem for path in FOLDER.glob(f"{prefix}*.json"))
