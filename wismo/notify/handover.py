"""One call of a provider's interface, by the one way out: never called failed where it may have worked."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from wismo.notify.port import Outcome, Request, Result
from wismo.notify.words import Failure
from wismo.plumbing import http

Read = Callable[[http.Reply], Outcome]
# RFC 9110, 15.5.9: the request did not come whole; RFC 8470: not to be risked yet; RFC 6585: too many.
NOT_NOW = frozenset({408, 425, 429})


def hand_over(request: Request, read: Read) -> Outcome:
    """The provider's answer by `read`, or what its silence means.

    DOWN where nothing reached it, UNKNOWN where it may have: a time-out, a broken connection.
    """
    try:
        reply = http.send(request.method, request.url, headers=request.headers, body=request.body)
    except http.NoAnswer as error:
        return Outcome(Result.UNKNOWN, "timeout") if error.asked else Outcome(Result.DOWN, "connect")
    return read(reply)


def maybe_taken(reply: http.Reply) -> Outcome | None:
    """What a 5xx means of a provider that may have acted all the same, which is any that does not say 503.

    What broke there may have broken after the message was taken, and a proxy (502, 504) knows nothing of it.
    """
    unclear = reply.status >= 500 and reply.status != 503
    return Outcome(Result.UNKNOWN, str(reply.status)) if unclear else None


def busy_or_broken(reply: http.Reply) -> Outcome | None:
    """What 408, 425, 429 and 5xx mean where nothing was taken: again, when the provider says (`Retry-After`).

    None for any other answer.
    """
    if reply.status not in NOT_NOW and reply.status < 500:
        return None
    wait = http.retry_after(reply.headers, timezone.now())
    failure = Failure.BUSY if reply.status == 429 else Failure.BROKEN
    return Outcome(Result.RETRY, str(reply.status), failure=failure, again_after=wait)


def told(reply: http.Reply) -> Mapping[str, Any]:
    """The JSON object of an answer; empty where it is none."""
    try:
        found = json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
