"""The child process that runs llama.cpp.

A program of its own, without imports of this package. It reads one line of JSON
(``Order``) from standard input, writes lines of JSON (``Report``) to standard
output, and serves llama.cpp's own HTTP server on loopback until standard input
ends, which is when its parent has gone or wants it to go.

llama.cpp writes to the descriptors 1 and 2 as it likes; the parent made a log
file of the second, which the first becomes too, and the reports go out through
a copy of what the first was.
"""

from __future__ import annotations

import json
import os
import threading
from typing import Any, TypedDict

_CACHE_MIB = 256
"""Memory for prompts of other chats; llama.cpp's own default is 8192."""


class Order(TypedDict):
    """What the parent asks for."""

    weights: str
    """Path of the .gguf."""
    name: str
    """What the server calls the model."""
    context: int
    """Tokens of context."""
    threads: int
    """0 leaves it to llama.cpp."""
    key: str
    """The API key that requests have to bring."""


class Report(TypedDict, total=False):
    """What the child says: first ``loading``, then one of the others."""

    loading: bool
    address: str
    """``http://127.0.0.1:PORT``: it is ready."""
    error: str
    """Why it isn't and won't be."""


def main() -> None:
    reports = os.dup(1)
    os.dup2(2, 1)
    order: Order = json.loads(_first_line())
    watch = threading.Thread(target=_leave_when_input_ends)
    watch.start()
    _say(reports, {"loading": True})
    try:
        # The load holds the interpreter lock for seconds, so the thread sees
        # nothing meanwhile; what holds then is the lifeline.
        server = _serve(order)
    except Exception as error:
        # Whatever it is, it goes to the parent, which makes a sentence of it.
        _say(reports, {"error": str(error) or type(error).__name__})
        os._exit(1)
    _say(reports, {"address": server.listening_address})
    watch.join()


def _first_line() -> bytes:
    """The order, byte by byte: what follows belongs to the watching thread."""
    line = b""
    while not line.endswith(b"\n"):
        piece = os.read(0, 1)
        if not piece:
            os._exit(0)
        line += piece
    return line


def _leave_when_input_ends() -> None:
    while os.read(0, 4096):
        pass
    # Nothing has to be put in order, and llama.cpp's own way out can take long.
    os._exit(0)


def _say(reports: int, report: Report) -> None:
    try:
        os.write(reports, json.dumps(report).encode() + b"\n")
    except BrokenPipeError:
        os._exit(0)


def _serve(order: Order) -> Any:
    """Load the weights and serve them; raises what xllamacpp raises."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = order["weights"]
    params.model_alias = {order["name"]}
    params.n_ctx = order["context"]
    params.api_keys = [order["key"]]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    # One chat has the whole context; a second one waits its turn.
    params.n_parallel = 1
    params.cache_ram_mib = _CACHE_MIB
    params.offline = True
    params.ui = False
    params.endpoint_slots = False
    # No prompt may reach the log: warnings and errors only.
    params.verbosity = 2
    if order["threads"]:
        params.cpuparams.n_threads = order["threads"]
    return xllamacpp.Server(params)


if __name__ == "__main__":
    main()
