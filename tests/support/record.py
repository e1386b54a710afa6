"""Record one exchange with a real server, as ``tests/recordings/`` holds them.

python -m tests.support.record URL METHOD PATH [BODY] --name NAME [--note NOTE]
                               [--cut CHUNKS] [--folder FOLDER]
"""

from __future__ import annotations

import argparse
import codecs
import json
import time
from pathlib import Path
from typing import Any

import httpx

from tests.support.recording import FOLDER


def record(
    url: str, method: str, path: str, body: Any = None, *, cut: int = 0
) -> dict[str, Any]:
    """Ask, and note what comes and when; hangs up after ``cut`` chunks if it is given.

    A chunk that ends in mid-character is kept until the rest of it is there.
    """
    asked: dict[str, Any] = {"method": method, "path": path}
    if body is not None:
        asked["body"] = body
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    chunks: list[list[Any]] = []
    ended = "eof"
    began = time.perf_counter()
    with (
        httpx.Client(timeout=None, trust_env=False) as client,
        client.stream(method, url.rstrip("/") + path, json=body) as response,
    ):
        try:
            for piece in response.iter_raw():
                at = round((time.perf_counter() - began) * 1e3, 1)
                chunks.append([at, decoder.decode(piece)])
                if len(chunks) == cut:
                    ended = "closed by client"
                    break
        except httpx.TransportError as error:
            ended = f"broken: {error}"
    answer = {
        "status": response.status_code,
        "headers": dict(response.headers),
        "chunks": chunks,
        "ended": ended,
    }
    return {"request": asked, "response": answer}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("url")
    parser.add_argument("method")
    parser.add_argument("path")
    parser.add_argument("body", nargs="?", type=json.loads)
    parser.add_argument("--name", required=True)
    parser.add_argument("--note", default="")
    parser.add_argument("--cut", type=int, default=0)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    line = parser.parse_args()
    found = record(line.url, line.method, line.path, line.body, cut=line.cut)
    text = json.dumps({"name": line.name, "note": line.note, **found}, indent=1)
    (line.folder / f"{line.name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
