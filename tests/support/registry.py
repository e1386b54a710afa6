"""A registry of models on loopback, which can misbehave as real ones do.

``FakeRegistry`` speaks the protocol; with a ``Files`` server beside it sends on
there for the bytes, as the real ones do.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from tests.support.loopback import Cut, Exchange, Loopback

IMAGE = "application/vnd.ollama.image."
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
LIST = "application/vnd.docker.distribution.manifest.list.v2+json"


def digest_of(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Files(Loopback):
    """Files by path, with ranges; each of its faults happens once."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}
        self.headers: dict[str, dict[str, str]] = {}
        """Sent with a file."""
        self.ranges = True
        self.cuts: list[int] = []
        """After how many bytes an answer breaks off, one after another."""
        self.refusals: list[tuple[int, dict[str, str]]] = []
        """Status and headers of answers that bring nothing."""
        self.stalls = 0
        """Answers that never come."""
        self.holds = 0
        """After how many bytes the next large answer waits for the client to leave."""
        self.sent: dict[str, int] = {}
        """Bytes that were sent of a file, in all."""

    async def handle(self, exchange: Exchange) -> None:
        path = exchange.seen.path.partition("?")[0]
        if self.stalls:
            self.stalls -= 1
            await self.until(lambda: False, 60)
        if self.refusals:
            status, headers = self.refusals.pop(0)
            await exchange.answer(status, b"", headers=headers)
        elif path in self.files:
            await self.send_file(exchange, path)
        else:
            await exchange.answer(404, b"not here", "text/plain")

    async def send_file(self, exchange: Exchange, path: str) -> None:
        data, headers = self.files[path], dict(self.headers.get(path, {}))
        start, status = 0, 200
        wanted = exchange.seen.headers.get("range", "")
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted)
        same = exchange.seen.headers.get("if-range", headers.get("ETag"))
        if asked and self.ranges and same == headers.get("ETag"):
            start, status = int(asked[1]), 206
            if start >= len(data):
                await exchange.answer(416)
                return
            end = int(asked[2]) + 1 if asked[2] else len(data)
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(data)}"
            data = data[:end]
        data = data[start:]
        if 0 < self.holds < len(data):
            part, self.holds = data[: self.holds], 0
            self._count(path, part)
            await exchange.begin(status, len(data), part, headers)
            await self.until(lambda: False, 60)
        if self.cuts:
            part = data[: self.cuts.pop(0)]
            self._count(path, part)
            await exchange.begin(status, len(data), part, headers)
            raise Cut
        self._count(path, data)
        kind = "application/octet-stream"
        await exchange.answer(status, data, kind, headers)

    def _count(self, path: str, data: bytes) -> None:
        self.sent[path] = self.sent.get(path, 0) + len(data)


class FakeRegistry(Files):
    """Models by name; ``add`` puts one in."""

    def __init__(self, files: Files | None = None) -> None:
        """``files`` is the server that blobs are sent on to."""
        super().__init__()
        self._files = files or self
        self.token = ""
        """What has to be brought, if anything."""
        self.realm = ""
        """Where it is to be had, if not here."""

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def add(
        self,
        name: str,
        layers: list[tuple[str, bytes]],
        config: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Offer ``name`` (``library/tiny:latest``); returns its manifest."""
        repository, _, tag = name.partition(":")
        about = {"model_format": "gguf", "model_type": "1K", **(config or {})}
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": self._entry(
                repository, "", json.dumps(about).encode(), "docker.container.image"
            ),
            "layers": [
                self._entry(repository, kind, data, IMAGE + kind)
                for kind, data in layers
            ],
        }
        self.offer(repository, tag, json.dumps(manifest).encode(), MANIFEST)
        return manifest

    def offer(self, repository: str, tag: str, data: bytes, kind: str) -> str:
        """Offer the bytes of a manifest; returns their digest."""
        for reference in (tag, digest_of(data)):
            path = f"/v2/{repository}/manifests/{reference}"
            self.files[path] = data
            self.headers[path] = {"X-Kind": kind}
        return digest_of(data)

    def entry(self, manifest: dict[str, Any], platform: Any) -> dict[str, Any]:
        """How a list of manifests names one that was added."""
        data = json.dumps(manifest).encode()
        return {
            "mediaType": MANIFEST,
            "digest": digest_of(data),
            "size": len(data),
            "platform": platform,
        }

    def blob_path(self, repository: str, digest: str) -> str:
        """Where the bytes of a blob are, on the server that has them."""
        return f"/data/{repository}/{digest}"

    def blobs_sent(self) -> int:
        """Bytes of blobs that were sent, in all."""
        return sum(n for path, n in self._files.sent.items() if "/data/" in path)

    def _entry(
        self, repository: str, kind: str, data: bytes, media_type: str
    ) -> dict[str, Any]:
        digest = digest_of(data)
        self._files.files[self.blob_path(repository, digest)] = data
        return {"mediaType": media_type, "digest": digest, "size": len(data)}

    async def handle(self, exchange: Exchange) -> None:
        path = exchange.seen.path.partition("?")[0]
        if path == "/token":
            await exchange.answer(200, json.dumps({"token": self.token}).encode())
        elif self.token and path.startswith("/v2/") and not self._allowed(exchange):
            realm = self.realm or f"{self.url}/token"
            said = f'Bearer realm="{realm}",service="x",scope="repository:pull"'
            await exchange.answer(401, headers={"WWW-Authenticate": said})
        elif found := re.fullmatch(r"/v2/(.+)/blobs/(sha256:\w+)", path):
            to = self._files.url + self.blob_path(found[1], found[2]) + "?signed=%2F1"
            await exchange.answer(307, headers={"Location": to})
        elif path.startswith("/v2/") and path not in self.files and not self.refusals:
            errors = [{"code": "MANIFEST_UNKNOWN", "message": "unknown"}]
            await exchange.answer(404, json.dumps({"errors": errors}).encode())
        else:
            await super().handle(exchange)

    def _allowed(self, exchange: Exchange) -> bool:
        return exchange.seen.headers.get("authorization") == f"Bearer {self.token}"
