"""How a browser says its key: HTTP Basic authentication (RFC 7617), for pages only.

A browser repeats such a credential by itself, whoever made it ask; so nothing that writes may accept one.
"""

from __future__ import annotations

import binascii
from base64 import b64decode

from outlay.api.problems import Problem

_PAGES = "/report"


def is_page(path: str) -> bool:
    """Whether people read what is at `path`."""
    return path == _PAGES or path.startswith(_PAGES + "/")


def bearer_of(authorization: str | None) -> str | None:
    """A Basic header as the Bearer header of its password, whatever the user name; anything else unchanged."""
    scheme, _, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return authorization
    try:
        _, _, password = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return f"Bearer {password}"


def asking_browser(problem: Problem) -> Problem:
    """The same problem; where a key is missing, the browser is told to ask for user name and password."""
    if problem.status == 401:
        problem.headers["WWW-Authenticate"] = 'Basic realm="outlay: any name, and a key as password", charset="UTF-8"'
    return problem
