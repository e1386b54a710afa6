"""What a machine has, and what a model would take of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from llmtui.local_settings import LocalSettings, LocalSettingsError, read
from llmtui.providers.local import machine
from llmtui.providers.local.footprint import footprint, usual_context
from llmtui.providers.local.machine import Memory

linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="these files are Linux's"
)
MIB, GIB = 1024**2, 1024**3

LLAMA_8B = {
    "general.architecture": "llama",
    "llama.block_count": 32,
    "llama.embedding_length": 4096,
    "llama.attention.head_count": 32,
    "llama.attention.head_count_kv": 8,
}


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
    return root


MEMINFO = "MemTotal: 8388608 kB\nMemFree: 1 kB\nMemAvailable: 4194304 kB"


@linux
@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, Memory(8 * GIB, 4 * GIB)),
        ({"sys/fs/cgroup/memory.max": "max"}, Memory(8 * GIB, 4 * GIB)),
        (
            {
                "sys/fs/cgroup/memory.max": str(2 * GIB),
                "sys/fs/cgroup/memory.current": str(GIB),
                "sys/fs/cgroup/memory.stat": f"anon 5\ninactive_file {512 * MIB}",
            },
            Memory(2 * GIB, GIB + 512 * MIB),
        ),
        (
            {
                "sys/fs/cgroup/memory/memory.limit_in_bytes": str(3 * GIB),
                "sys/fs/cgroup/memory/memory.usage_in_bytes": str(4 * GIB),
            },
            Memory(3 * GIB, 0),
        ),
        (
            {"sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712"},
            Memory(8 * GIB, 4 * GIB),
        ),
    ],
)
def test_memory_here_and_in_containers(
    tmp_path: Path, files: dict[str, str], expected: Memory
) -> None:
    assert machine.memory(write(tmp_path, {"proc/meminfo": MEMINFO, **files})) == (
        expected
    )


@linux
def test_memory_of_an_unknown_kind(tmp_path: Path) -> None:
    found = machine.memory(tmp_path)
    assert found.total > 0
    assert found.free == 0
    assert machine.memory().free > 0


@linux
def test_cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda pid: {0, 1, 2, 3})
    assert machine.cores(tmp_path) == 4
    cpus = "sys/devices/system/cpu/cpu{}/topology/thread_siblings_list"
    two_threads = {cpus.format(n): f"{n % 2},{n % 2 + 2}" for n in range(4)}
    write(tmp_path, two_threads)
    assert machine.cores(tmp_path) == 2
    write(tmp_path, {"sys/fs/cgroup/cpu.max": "150000 100000"})
    assert machine.cores(tmp_path) == 1
    write(tmp_path, {"sys/fs/cgroup/cpu.max": "max 100000"})
    assert machine.cores(tmp_path) == 2
    write(tmp_path, {"sys/fs/cgroup/cpu.max": "50000 100000"})
    assert machine.cores(tmp_path) == 1
    assert machine.cores() >= 1


def test_the_cache_of_known_models() -> None:
    """Numbers of llama.cpp's own log, "KV self size"."""
    assert footprint(LLAMA_8B, 0, 8192).cache == GIB
    assert footprint(LLAMA_8B, 0, 8192, "q8_0").cache == GIB * 17 // 32
    windowed = {**LLAMA_8B, "llama.attention.sliding_window": 4096}
    assert footprint(windowed, 0, 8192).cache == GIB // 2
    by_layer = {**LLAMA_8B, "llama.attention.head_count_kv": [8, 0] * 16}
    assert footprint(by_layer, 0, 8192).cache == GIB // 2
    wide = {
        **LLAMA_8B,
        "llama.attention.key_length": 256,
        "llama.attention.value_length": 256,
    }
    assert footprint(wide, 0, 8192).cache == 2 * GIB


@pytest.mark.parametrize("info", [{}, {"general.architecture": 3}, {"x": []}])
def test_metadata_that_says_nothing(info: dict[str, Any]) -> None:
    assert footprint(info, 5, 8192).cache == 0


@pytest.mark.parametrize(
    ("memory", "trained", "context"),
    [
        (Memory(64 * GIB, 48 * GIB), 131072, 32768),
        (Memory(16 * GIB, 14 * GIB), 131072, 8192),
        (Memory(8 * GIB, 6 * GIB), 131072, 4096),
        (Memory(64 * GIB, 48 * GIB), 2048, 2048),
        (Memory(64 * GIB, 48 * GIB), 8192, 8192),
        (Memory(), 131072, 8192),
        (Memory(), 0, 8192),
    ],
)
def test_a_context_from_model_and_memory(
    memory: Memory, trained: int, context: int
) -> None:
    assert usual_context(LLAMA_8B, 5 * GIB, trained, memory, "f16") == context


def test_settings_of_ollama_count_and_the_file_counts_more() -> None:
    env = {
        "OLLAMA_CONTEXT_LENGTH": "2048",
        "OLLAMA_FLASH_ATTENTION": "1",
        "OLLAMA_KV_CACHE_TYPE": "q4_0",
        "OLLAMA_KEEP_ALIVE": "-1",
        "OLLAMA_MAX_LOADED_MODELS": "2",
    }
    assert read({}, env) == LocalSettings(
        2048, flash_attention="on", kv_cache="q4_0", keep_alive=-1.0, max_loaded=2
    )
    assert read({}, dict.fromkeys(env, "what another program may like")) == (
        LocalSettings()
    )
    quantised = {"OLLAMA_KV_CACHE_TYPE": "q8_0"}
    assert read({"flash_attention": "off"}, quantised).kv_cache == "f16"
    found = read({"context": 512, "keep_alive": "5m", "flash_attention": True}, env)
    assert (found.context, found.keep_alive) == (512, 300.0)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"threads": "many"}, "threads is a whole number, not 'many'"),
        ({"threads": True}, "threads is a whole number"),
        ({"threads": -1}, "threads is a whole number"),
        ({"flash_attention": "maybe"}, "auto, on or off, not 'maybe'"),
        ({"kv_cache": 8}, "f16, q8_0 or q4_0, not 8"),
        ({"keep_alive": []}, "seconds or a span"),
        ({"keep_alive": "soon"}, "seconds or a span like 5m"),
        ({"kv_cache": "q8_0", "flash_attention": "off"}, "needs flash_attention"),
    ],
)
def test_settings_that_cannot_be(table: dict[str, Any], said: str) -> None:
    with pytest.raises(LocalSettingsError, match=said):
        read(table, {})
