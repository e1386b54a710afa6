"""Stands in for the child that runs llama.cpp: ``fake_child.py MODE``.

It reads the same order, sends the same reports, and serves a little of OpenAI's
chat API with the standard library: the answer tells the context it has, or all
that it was told (``tell``), as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODE = sys.argv[1] if __name__ == "__main__" else ""


class Handler(BaseHTTPRequestHandler):
    order: dict[str, Any]

    made = 0

    def do_GET(self) -> None:
        """``/slots``: in the mode ``silent`` tokens go on without a word."""
        type(self).made += 100
        body = json.dumps(
            [{"is_processing": True, "next_token": [{"n_decoded": self.made}]}]
        )
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body.encode())

    def do_POST(self) -> None:
        body = self._body()
        if self.headers["Authorization"] != f"Bearer {self.order['key']}":
            self.send_error(401)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        words = f"context {self.order['context']}"
        if MODE == "tell":
            words = json.dumps({"order": self.order, "body": json.loads(body)})
        self._say({"content": words})
        if MODE == "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
            time.sleep(600)  # another thread takes the signal
        if MODE == "exit":
            os._exit(3)
        if MODE in ("stall", "silent"):
            time.sleep(600)
        self._say({}, "stop")
        self.wfile.write(b"data: [DONE]\n\n")

    def _body(self) -> bytes:
        if length := self.headers["Content-Length"]:
            return self.rfile.read(int(length))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _say(self, delta: dict[str, str], reason: str | None = None) -> None:
        choice = {"delta": delta, "finish_reason": reason}
        line = f"data: {json.dumps({'choices': [choice]})}\n\n"
        self.wfile.write(line.encode())
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


def report(**fields: Any) -> None:
    print(json.dumps(fields), flush=True)


def main() -> None:
    Handler.order = json.loads(sys.stdin.buffer.readline())
    print("chatter", file=sys.stderr, flush=True)
    print("a line that is no report\n3", flush=True)
    report(loading=True)
    if MODE == "error":
        report(error="it will not")
        sys.exit(1)
    if MODE == "corrupted":
        print("0.1 E load: error loading model: it is torn", file=sys.stderr)
        report(error="Failed to init server")
        sys.exit(1)
    if MODE == "memory":
        print("E failed to allocate buffer for kv cache", file=sys.stderr)
        report(error="Failed to init server")
        sys.exit(1)
    if MODE == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if MODE == "load":
        time.sleep(600)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    report(address=f"http://127.0.0.1:{server.server_port}")
    if MODE == "stubborn":
        time.sleep(600)
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
