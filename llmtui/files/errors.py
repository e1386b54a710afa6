"""What the system says of a file, as sentences for a user."""

from __future__ import annotations

import errno
from pathlib import Path


class Busy(OSError):
    """Another program holds the lock of a file and does not let go."""


_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


def why(error: OSError, path: Path) -> str:
    """A sentence for an error that came while ``path`` was written.

    An error that is no number of the system's is the program's own, and says
    itself what is the matter.

    >>> why(OSError(errno.ENOSPC, "No space left on device"), Path("a"))
    'the disk is full'
    >>> why(OSError("it was moved away"), Path("a"))
    'it was moved away'
    """
    if error.errno is None and str(error):
        return str(error)
    if error.errno in _FULL:
        return "the disk is full"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"no permission to write {path}"
    if error.errno == errno.EROFS:
        return f"{path.parent} is read-only"
    return f"{path} cannot be written: {error.strerror or error}"
