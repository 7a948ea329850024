"""The closed set of refusals. The class tells the caller what to do; `api/errors.py` maps each to HTTP once.

`Rejected` and its children are answers: recorded under the command's id, so that a repeat gets the same answer.
The others are circumstances: never recorded, the caller may try again.
"""

from __future__ import annotations


class RecutError(Exception):
    """`code` is stable and machine-readable, `message` is for people, `param` names the input at fault."""

    def __init__(self, code: str, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.param = param


class Rejected(RecutError):
    """The rules say no. Sending the same command again gives the same answer."""


class Invalid(Rejected):
    """The input is wrong: correct `param` and send again."""


class Forbidden(Rejected):
    """The caller may see the thing but not do this to it."""


class NotFound(Rejected):
    """There is no such thing, or the caller may not know that there is."""


class IllegalState(Rejected):
    """The thing is in a situation that does not allow this."""


class PaymentRequired(IllegalState):
    """It costs more credits than there are."""


class Outdated(IllegalState):
    """The thing has changed since the caller read it: read it again and decide anew."""


class IdempotencyMismatch(RecutError):
    """The idempotency key was used for another request: use a new key."""


class Conflict(RecutError):
    """Another command moved a stream that this one relied on. The bus loads, decides and tries again."""


class Unavailable(RecutError):
    """Not now. Try again after `retry_after` seconds."""

    def __init__(self, code: str, message: str, param: str | None = None, retry_after: float = 2.0) -> None:
        super().__init__(code, message, param)
        self.retry_after = retry_after


class Limited(Unavailable):
    """Not now, because of how much the caller has under way: wait until some of it has ended."""


REJECTIONS: dict[str, type[Rejected]] = {
    kind.__name__: kind for kind in (Rejected, Invalid, Forbidden, NotFound, IllegalState, PaymentRequired, Outdated)
}
