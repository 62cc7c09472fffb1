"""What can go wrong between here and a platform, each in one line that says what to do."""

from __future__ import annotations


class FetchError(Exception):
    """A fetch ended without an answer that can be used: nothing is replaced. The message is one line for people."""


class SecretError(FetchError):
    """A credential is not in the environment, or the platform refuses it."""


class AccessError(FetchError):
    """The account does not exist, or the credential may not read it."""


class QuotaError(FetchError):
    """The platform asks for a longer wait than the run may take. `retry_after` is in seconds where it is known."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TooMuchDataError(Exception):
    """The platform will not answer for so much at once: the connector asks again for less."""


class SchemaError(Exception):
    """A field is missing or not of the declared type. Names the field, what was expected and what stands there."""

    def __init__(self, name: str, expected: str, found: object) -> None:
        super().__init__(f"field {name}: expected {expected}, found {found!r:.80}")
        self.name = name
