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
from typing import Any, NotRequired, TypedDict

_CACHE_MIB = 256
"""Memory for prompts of other chats; llama.cpp's own default is 8192."""


_SPINS = "100"
"""How often a thread looks for the others before it sleeps. libgomp's own default,
300,000, is a quarter faster on an idle machine; where other work fills the cores,
two threads that spin for each other take fifteen times as long. Measured with two
cores and two busy loops: 1.8 tokens/s by default, 18 to 23 with this."""


class Order(TypedDict):
    """What the parent asks for."""

    weights: str
    """Path of the .gguf; of several parts the first."""
    name: str
    """What the server calls the model."""
    key: str
    """The API key that requests have to bring."""
    context: int
    """Tokens of context."""
    threads: NotRequired[int]
    """0 leaves it to llama.cpp, and so does what is missing below."""
    projector: NotRequired[str]
    """Path of the .gguf that makes images into tokens."""
    adapters: NotRequired[list[str]]
    template: NotRequired[str]
    """A chat template in Jinja; "" takes that of the weights."""
    batch: NotRequired[int]
    gpu_layers: NotRequired[int]
    """-1 for as many as fit."""
    main_gpu: NotRequired[int]
    mmap: NotRequired[bool]
    flash_attention: NotRequired[str]
    """``auto``, ``on`` or ``off``."""
    kv_cache: NotRequired[str]
    """``f16``, ``q8_0`` or ``q4_0``."""


class Report(TypedDict, total=False):
    """What the child says: first ``loading``, then one of the others."""

    loading: bool
    vram: int
    """Comes with ``loading``: bytes that GPUs have free, 0 without one."""
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
    try:
        xllamacpp = _llama()
        vram = _free_vram(xllamacpp)
        _say(reports, {"loading": True, "vram": vram})
        # The load holds the interpreter lock for seconds, so the thread sees
        # nothing meanwhile; what holds then is the lifeline.
        server = xllamacpp.Server(_params(order, vram, xllamacpp))
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


def _llama() -> Any:
    """The library, which reads its environment when it is imported."""
    if "OMP_WAIT_POLICY" not in os.environ:
        # For libgomp and libomp, the two that bring threads to llama.cpp.
        os.environ.setdefault("GOMP_SPINCOUNT", _SPINS)
        os.environ.setdefault("KMP_BLOCKTIME", "0")
    import xllamacpp

    return xllamacpp


def _params(order: Order, vram: int, xllamacpp: Any) -> Any:
    params = xllamacpp.CommonParams()
    # A trial load finds out what fits on the GPUs, and the first tokens are
    # computed for nothing: a quarter of the time until the first answer.
    params.fit_params = bool(vram)
    params.warmup = False
    _describe_model(params, order, xllamacpp)
    _describe_server(params, order)
    _describe_work(params, order, xllamacpp)
    return params


def _free_vram(xllamacpp: Any) -> int:
    kinds = xllamacpp.ggml_backend_dev_type
    gpus = (
        kinds.GGML_BACKEND_DEVICE_TYPE_GPU,
        kinds.GGML_BACKEND_DEVICE_TYPE_IGPU,
    )
    devices = xllamacpp.get_device_info()
    return sum(found["memory_free"] for found in devices if found["type"] in gpus)


def _describe_model(params: Any, order: Order, xllamacpp: Any) -> None:
    params.model.path = order["weights"]
    params.model_alias = {order["name"]}
    params.n_ctx = order["context"]
    if projector := order.get("projector"):
        params.mmproj.path = projector
    else:
        params.no_mmproj = True
    if adapters := order.get("adapters"):
        params.lora_adapters = [
            xllamacpp.CommonAdapterLoraInfo(path, 1.0) for path in adapters
        ]
    if template := order.get("template"):
        params.chat_template = template


def _describe_server(params: Any, order: Order) -> None:
    params.api_keys = [order["key"]]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    # One chat has the whole context; a second one waits its turn.
    params.n_parallel = 1
    params.cache_ram_mib = _CACHE_MIB
    params.offline = True
    params.ui = False
    params.endpoint_slots = True
    # No prompt may reach the log: warnings and errors only.
    params.verbosity = 2


def _describe_work(params: Any, order: Order, xllamacpp: Any) -> None:
    if threads := order.get("threads"):
        params.cpuparams.n_threads = threads
        params.cpuparams_batch.n_threads = threads
    if batch := order.get("batch"):
        params.n_batch = batch
        params.n_ubatch = min(batch, params.n_ubatch)
    params.n_gpu_layers = order.get("gpu_layers", -1)
    params.main_gpu = order.get("main_gpu", 0)
    if not order.get("mmap", True):
        params.load_mode = xllamacpp.llama_load_mode.LLAMA_LOAD_MODE_NONE
    flash = {"on": "ENABLED", "off": "DISABLED"}.get(order.get("flash_attention", ""))
    if flash:
        kinds = xllamacpp.llama_flash_attn_type
        params.flash_attn_type = kinds[f"LLAMA_FLASH_ATTN_TYPE_{flash}"]
    if cache := order.get("kv_cache"):
        kind = xllamacpp.ggml_type[f"GGML_TYPE_{cache.upper()}"]
        params.cache_type_k = params.cache_type_v = kind


if __name__ == "__main__":
    main()
