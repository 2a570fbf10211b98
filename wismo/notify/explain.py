"""A decision's code in words: why a message was, or was not, sent."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wismo.notify.rules import Code
from wismo.vocabulary.milestone import Milestone

Facts = Mapping[str, Any]
DETAILS = {
    "connect": "nobody answered",
    "timeout": "no answer in time",
    "recipient": "it does not deliver to this address",
    "no_status": "the provider did not say",
    "disconnect": "the connection broke",
    "sender stopped": "the sender stopped before it heard an answer",
}


def explain(code: str, facts: Facts) -> str:
    """One sentence for a stored code and the facts beside it; the bare code where we know no sentence."""
    name, _colon, detail = code.partition(":")
    say = _SENTENCES.get(name)
    return say(detail, facts) if say else code


def _sent(detail: str, facts: Facts) -> str:
    return _("Sent: the provider took it.")


def _duplicate(detail: str, facts: Facts) -> str:
    return _("Not sent again: this was told once already.")


def _cancelled(detail: str, facts: Facts) -> str:
    if "status" in facts:
        return _("Not sent: the parcel was cancelled.")
    return _("Not sent: the order was cancelled.")


def _wrong_leg(detail: str, facts: Facts) -> str:
    return _("Not sent: the parcel is not on the leg this message is about (it is on: %(leg)s).") % facts


def _superseded(detail: str, facts: Facts) -> str:
    gap = datetime.fromisoformat(facts["at"]) - datetime.fromisoformat(facts["happened_at"])
    seconds = gap.total_seconds()
    if seconds < 0:
        return _("Not sent: %(news)s already.") % {"news": _news(detail)}
    return _("Not sent: %(news)s already, %(gap)s later.") % {
        "news": _news(detail),
        "gap": _span(int(seconds)),
    }


def _promise_kept(detail: str, facts: Facts) -> str:
    return _("Not sent: the parcel is no longer late.")


def _too_old(detail: str, facts: Facts) -> str:
    return _("Not sent: by the time it could be sent, it was old news.")


def _no_address(detail: str, facts: Facts) -> str:
    return _("Not sent: the buyer has no usable address for %(channel)s.") % facts


def _render_error(detail: str, facts: Facts) -> str:
    return _("Not sent: the message could not be written (%(error)s).") % facts


def _retry(detail: str, facts: Facts) -> str:
    return _("Not sent yet: attempt %(attempt)s failed (%(detail)s); it will be tried again.") % _named(facts)


def _provider_error(detail: str, facts: Facts) -> str:
    return _("Not sent: the provider refused it (%(detail)s).") % {"detail": DETAILS.get(detail, detail)}


def _unknown(detail: str, facts: Facts) -> str:
    return _("Nobody can tell whether it was sent (%(detail)s). It will not be sent again.") % _named(facts)


def _named(facts: Facts) -> Facts:
    detail = facts.get("detail", "")
    return {**facts, "detail": DETAILS.get(detail, detail)}


_SENTENCES: dict[str, Callable[[str, Facts], str]] = {
    Code.SENT: _sent,
    Code.DUPLICATE: _duplicate,
    Code.CANCELLED: _cancelled,
    Code.WRONG_LEG: _wrong_leg,
    Code.SUPERSEDED: _superseded,
    Code.PROMISE_KEPT: _promise_kept,
    Code.TOO_OLD: _too_old,
    Code.NO_ADDRESS: _no_address,
    Code.RENDER_ERROR: _render_error,
    Code.RETRY: _retry,
    Code.PROVIDER_ERROR: _provider_error,
    Code.UNKNOWN: _unknown,
}


def _news(milestone: str) -> str:
    """The later milestone as a clause."""
    words: dict[str, str] = {
        Milestone.PICKED_UP: _("the parcel was picked up"),
        Milestone.OUT_FOR_DELIVERY: _("the parcel was out for delivery"),
        Milestone.FAILED_ATTEMPT: _("a delivery was tried in vain"),
        Milestone.AVAILABLE_FOR_PICKUP: _("the parcel was ready to collect"),
        Milestone.DELIVERED: _("the parcel was delivered"),
        Milestone.RETURN_STARTED: _("the parcel was on its way back"),
        Milestone.RETURNED: _("the parcel was back with the shop"),
    }
    return words.get(milestone) or _("it was overtaken by %(milestone)s") % {"milestone": milestone}


def _span(seconds: int) -> str:
    """A length of time in its largest unit."""
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if days:
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    if hours:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
