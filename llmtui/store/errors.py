"""What can go wrong with the user's files, as sentences for a user.

* ``OSError``
    * ``SessionError``: a session cannot be opened
        * ``Unreadable``: there is a file, but it is no session
    * ``SaveError``: something cannot be written; nothing has changed
        * ``SessionGone``: its file went to the trash meanwhile
"""

from __future__ import annotations

import errno
from pathlib import Path


class SessionError(OSError):
    """A session cannot be opened; ``str()`` says why."""


class Unreadable(SessionError):
    """The file of a session holds something else."""


class SaveError(OSError):
    """Something could not be written; ``str()`` says why."""


class SessionGone(SaveError):
    """The session's file was moved away. It is not made again unasked."""


_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


def why(error: OSError, path: Path) -> str:
    """A sentence for an error of the system while writing ``path``."""
    if isinstance(error, SaveError | SessionError):
        return str(error)
    if error.errno in _FULL:
        return "the disk is full"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"no permission to write {path}"
    if error.errno == errno.EROFS:
        return f"{path.parent} is read-only"
    return f"{path} cannot be written: {error.strerror or error}"
