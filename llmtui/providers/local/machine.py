"""What this machine has for running a model: memory and processor cores.

Linux's own files are read, those of a container's limits too; elsewhere what
Python knows. 0 means that it is not known.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

_ROOT = Path("/")


class Memory(NamedTuple):
    """Bytes; 0 where it is not known."""

    total: int = 0
    free: int = 0
    """What a new process can have without pushing others out."""


def memory(root: Path = _ROOT) -> Memory:
    """How much memory there is; blocking, a few milliseconds.

    A container's limit counts as the machine's size. ``root`` is for tests.
    """
    if sys.platform == "darwin":
        return Memory(_physical(), _free_on_macos())
    found = _meminfo(_text(root / "proc/meminfo"))
    if not found.total:
        return Memory(_physical(), 0)
    for limit, used in _limits(root):
        if 0 < limit < found.total:
            found = Memory(limit, min(found.free, max(0, limit - used)))
    return found


def cores(root: Path = _ROOT) -> int:
    """Physical cores that this process may use; 0 leaves it to llama.cpp.

    Threads that share a core do not add to the speed of a model, and threads
    beyond what a container may use wait for each other.
    """
    if not sys.platform.startswith("linux"):
        return 0
    usable = os.sched_getaffinity(0)
    folder = root / "sys/devices/system/cpu"
    siblings = {
        _text(folder / f"cpu{cpu}/topology/thread_siblings_list") or str(cpu)
        for cpu in usable
    }
    return max(1, min(len(siblings), _quota(root) or len(siblings)))


def _text(path: Path) -> str:
    try:
        return path.read_text().strip()
    except (OSError, ValueError):
        return ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _meminfo(text: str) -> Memory:
    """The sizes in ``/proc/meminfo``, which are in KiB.

    >>> _meminfo("MemTotal:  2048 kB\\nMemFree:  1 kB\\nMemAvailable:  1024 kB")
    Memory(total=2097152, free=1048576)
    """
    pairs = re.findall(r"^(\w+):\s+(\d+) kB", text, re.MULTILINE)
    found = {name: int(count) * 1024 for name, count in pairs}
    free = found.get("MemAvailable", found.get("MemFree", 0))
    return Memory(found.get("MemTotal", 0), free)


def _limits(root: Path) -> list[tuple[int, int]]:
    """Limit and use of memory by control groups, of version 2 and of version 1.

    Page cache counts as use there although it gives way, so it is taken off.
    """
    groups = root / "sys/fs/cgroup"
    found = []
    for folder, limit, used, cache in (
        (groups, "memory.max", "memory.current", "inactive_file"),
        (
            groups / "memory",
            "memory.limit_in_bytes",
            "memory.usage_in_bytes",
            "total_inactive_file",
        ),
    ):
        stat = re.search(rf"^{cache} (\d+)", _text(folder / "memory.stat"), re.M)
        in_use = _number(_text(folder / used)) - _number(stat.group(1) if stat else "")
        found.append((_number(_text(folder / limit)), max(0, in_use)))
    return found


def _quota(root: Path) -> int:
    """Whole cores that a control group allows, 0 for no limit."""
    groups = root / "sys/fs/cgroup"
    quota, _, period = _text(groups / "cpu.max").partition(" ")
    if not _number(quota):
        quota = _text(groups / "cpu/cpu.cfs_quota_us")
        period = _text(groups / "cpu/cpu.cfs_period_us")
    if not _number(quota) or not _number(period):
        return 0
    return max(1, _number(quota) // _number(period))


def _physical() -> int:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return 0  # Windows


def _free_on_macos() -> int:
    """What ``vm_stat`` counts as free, or as given back when it is needed."""
    try:
        said = subprocess.run(
            ["/usr/bin/vm_stat"], capture_output=True, text=True, timeout=2, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    return vm_stat(said)


def vm_stat(said: str) -> int:
    """Bytes that macOS can give.

    >>> vm_stat('''Mach VM statistics: (page size of 16384 bytes)
    ... Pages free:              10.
    ... Pages active:            99.
    ... Pages inactive:          20.''')
    491520
    """
    size = re.search(r"page size of (\d+) bytes", said)
    names = "free|inactive|speculative|purgeable"
    pages = re.findall(rf"^Pages (?:{names}):\s+(\d+)\.", said, re.MULTILINE)
    return sum(map(int, pages)) * int(size[1]) if size else 0
