"""What a server's certificate is checked against."""

from __future__ import annotations

import os
import ssl

import httpx

from llmtui.access import Access
from llmtui.providers.errors import Unreachable


def tls_context(access: Access) -> ssl.SSLContext:
    """For one host; takes 25 ms. Raises ``Unreachable`` for a file that is none.

    Certificates are checked unless the user forbade it: with the authorities of the
    user's file, else those of the environment, else httpx's.
    """
    if not access.verify:
        return httpx.create_ssl_context(verify=False)
    if access.ca_file:
        return _with_file(access.ca_file)
    try:
        return httpx.create_ssl_context(trust_env=True)
    except OSError as error:
        variable = (
            "SSL_CERT_FILE" if os.environ.get("SSL_CERT_FILE") else "SSL_CERT_DIR"
        )
        raise Unreachable(
            f"the certificates that the variable {variable} names cannot be read: "
            f"{error.strerror or error}",
            advice="Correct the variable, or unset it.",
        ) from error


def _with_file(file: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=os.path.expanduser(file))
    except ssl.SSLError as error:
        why = "it has no certificate in PEM form"
        raise _unreadable(file, why) from error
    except OSError as error:
        raise _unreadable(file, error.strerror or str(error)) from error


def _unreadable(file: str, why: str) -> Unreachable:
    return Unreachable(
        f"the file {file}, which is set as ca_file, cannot be used: {why}",
        advice="Correct ca_file of this host in the settings.",
    )
