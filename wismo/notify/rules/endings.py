"""Where a message stands after a verdict. Pure."""

from wismo.notify.rules.verdict import Code, Ruling, Verdict


def state_after(verdict: Verdict) -> str:
    """The state, as the table keeps it, of a message after the verdict on its hand-over."""
    if verdict.code == Code.UNKNOWN:
        return "sending"  # until a receipt or a look-up tells, or the time for them is over
    if verdict.ruling is Ruling.WAIT:
        return "queued"
    if verdict.ruling is Ruling.STOP:
        return "not_sent"
    return "sent" if verdict.again_at is None else "awaiting"


def stopped_state(furthest: str) -> str:
    """The state of a message that goes no further, by how far its attempts came: taken is taken."""
    if furthest in {"accepted", "delivered", "read"}:
        return "sent"
    return "unknown" if furthest in {"sending", "unknown"} else "not_sent"
