"""The text of PDF documents, read by pypdf (the extra ``pdf``) in a child process.

A document can be made so that it unpacks to terabytes, or never ends: the child may
have so much memory and time and no more, and gives back so much text and no more.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

from llmtui.attachments.loaded import LARGEST_TEXT, TEXT, CannotAttach, Loaded
from llmtui.human import size

PDF_MAGIC = b"%PDF-"
SECONDS = 20.0
"""How long the reading of a document may take."""
_CHILD = Path(__file__).with_name("pdf_child.py")


def load_pdf(
    name: str, shown: str, content: bytes, *, seconds: float = SECONDS
) -> Loaded:
    """The text of a document, page by page; raises ``CannotAttach``.

    Blocking, for at most so many ``seconds``.
    """
    if importlib.util.find_spec("pypdf") is None:
        raise CannotAttach(
            f"{shown} is a PDF document: pip install 'llmtui[pdf]' has its text read"
        )
    command = [sys.executable, "-P", str(_CHILD), str(LARGEST_TEXT)]
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise CannotAttach(
            f"{shown} cannot be read within {seconds:.0f} seconds"
        ) from None
    except OSError as error:
        raise CannotAttach(f"{shown} cannot be read: {error.strerror}") from None
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise CannotAttach(f"{shown} cannot be read: {last or 'it takes too much'}")
    text = done.stdout
    if not text.strip():
        raise CannotAttach(
            f"{shown} has no text in it, only images of pages: attach these as images"
        )
    if len(text) > LARGEST_TEXT:
        raise CannotAttach(f"{shown} has more than {size(LARGEST_TEXT)} of text")
    return Loaded(name, TEXT, text)
