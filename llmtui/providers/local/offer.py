"""What can be said about the built-in model before anything of it is imported."""

from __future__ import annotations

import shlex
import sys
from importlib.util import find_spec
from pathlib import Path

NAME = "smollm2:135m"
"""What the built-in model is called."""

DOWNLOAD = 92_871_040
"""Bytes that its first start fetches."""

NOTE = (
    f"{NAME} is a very small model, for trying things out: "
    "it is quick and private, and much of what it says is wrong."
)
"""To be said once, plainly, to those who chat with it."""

_ROOT = Path(__file__).resolve().parents[3]
_NEEDED = ("xllamacpp>=2026.1", "pip>=24.1")
"""The extra ``local``, for environments that can only be given single packages."""


def extra_installed() -> bool:
    """Whether the extra ``llmtui[local]`` is there; imports nothing of it."""
    return find_spec("xllamacpp") is not None


def extra_command(
    prefix: str = sys.prefix,
    python: str = sys.executable,
    root: Path = _ROOT,
    *,
    has_pip: bool | None = None,
) -> str:
    """The one command that adds the extra, for the way this program was installed.

    ``prefix`` and ``python`` are those of the running interpreter, ``root`` is
    the folder that holds the package, ``has_pip`` whether pip can be imported.

    >>> extra_command("/v", "/v/bin/python", Path("/v/lib"), has_pip=True)
    "/v/bin/python -m pip install 'xllamacpp>=2026.1' 'pip>=24.1'"
    >>> extra_command("/v", "/v/bin/python", Path("/v/lib"), has_pip=False)
    "uv pip install --python /v/bin/python 'xllamacpp>=2026.1' 'pip>=24.1'"
    """
    if (Path(prefix) / "pipx_metadata.json").is_file():
        return shlex.join(["pipx", "inject", "llmtui", *_NEEDED])
    if has_pip is None:
        has_pip = find_spec("pip") is not None
    install = [python, "-m", "pip", "install"]
    if not has_pip:
        # uv makes environments without pip, also those of its tools.
        install = ["uv", "pip", "install", "--python", python]
    if (root / "pyproject.toml").is_file():
        return shlex.join([*install, "-e", f"{root}[local]"])
    return shlex.join([*install, *_NEEDED])
