"""The child that reads one PDF document: bytes in, UTF-8 out, and limits first.

Its argument is how many bytes of text are enough; its last line on standard error
says why it could not. It is run as a script by ``pdf``, and imports nothing of ours.
"""

from __future__ import annotations

import io
import logging
import sys
from contextlib import suppress

_MEMORY = 1_000_000_000
"""Bytes that the child may have."""
_SECONDS = 30
"""Of the processor's time, should nobody be there any more to end it."""


def main() -> int:
    """Read, write, and return the exit code."""
    _limit()
    logging.disable()
    try:
        from pypdf import PdfReader

        reader = PdfReader(io.BytesIO(sys.stdin.buffer.read()))
        if reader.is_encrypted and not reader.decrypt(""):
            print("it is locked with a password", file=sys.stderr)
            return 1
        left = int(sys.argv[1])
        for number, page in enumerate(reader.pages, 1):
            text = page.extract_text().strip()
            data = f"[page {number}]\n{text}\n\n".encode("utf-8", "replace")
            sys.stdout.buffer.write(data if text else b"")
            left -= len(data)
            if left < 0:
                break
    except MemoryError:
        print("it takes more memory than is reasonable", file=sys.stderr)
        return 1
    except Exception as error:
        # A damaged document ends in errors of every kind.
        print(str(error) or type(error).__name__, file=sys.stderr)
        return 1
    return 0


def _limit() -> None:
    """Where the system can: Windows has no such limits, and the parent's clock."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


if __name__ == "__main__":
    sys.exit(main())
