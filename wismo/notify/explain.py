"""A decision's code in words: why a message was, or was not, sent."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.utils.translation import ngettext

from wismo.notify.rules.verdict import Code
from wismo.vocabulary.happening import Happening
from wismo.vocabulary.milestone import Milestone

Facts = Mapping[str, Any]
Sentence = Callable[[str, Facts], str]
DETAILS = {
    "connect": "nobody answered",
    "timeout": "no answer in time",
    "recipient": "it does not deliver to this address",
    "no_status": "the provider did not say",
    "disconnect": "the connection broke",
    "sender stopped": "the sender stopped before it heard an answer",
}


# What needs no facts to be said.
_PLAIN: dict[str, str] = {
    Code.OK: noop("Nothing against it."),
    Code.SENT: noop("Sent: the provider took it."),
    Code.DELIVERED: noop("Delivered, as the provider says."),
    Code.READ: noop("Read, as the provider says."),
    Code.ANSWERED: noop("The shopper answered it by one of its buttons."),
    Code.DUPLICATE: noop("Not sent again: this was told once already."),
    Code.MERGED: noop("Not sent by itself: it was told together with another message of the order."),
    Code.SWITCHED_OFF: noop("Not sent: this journey is switched off."),
    Code.PROMISE_KEPT: noop("Not sent: the parcel is no longer late."),
    Code.TOO_OLD: noop("Not sent: by the time it could be sent, it was old news."),
    Code.NO_CONSENT: noop("Not sent: the shopper did not agree to messages of this kind."),
    Code.OPTED_OUT: noop("Not sent: the shopper does not want messages of this kind."),
    Code.NOT_APPLICABLE: noop("Not sent: the shop uses none of the channels this message could go by."),
    Code.QUIET_DEFER: noop("Not sent yet: these are the shopper's quiet hours; it waits for their end."),
    Code.QUIET_DROP: noop("Not sent: by the end of the shopper's quiet hours it would be old news."),
    Code.RATE_WAIT: noop("Not sent yet: the provider takes only so many at a time; it waits for its turn."),
    Code.RESTING: noop("Not sent yet: the provider does not work now; it is tried again."),
    Code.BY_HAND: noop("Somebody of the team decided what becomes of it."),
}


def explain(code: str, facts: Facts) -> str:
    """One sentence for a stored code and the facts beside it; the bare code where we know no sentence."""
    name, _colon, detail = code.partition(":")
    if name in _PLAIN:
        return _(_PLAIN[name])
    say = _SENTENCES.get(name)
    return say(detail, facts) if say else code


def _cancelled(detail: str, facts: Facts) -> str:
    if "status" in facts:
        return _("Not sent: the parcel was cancelled.")
    return _("Not sent: the order was cancelled.")


def _condition_false(detail: str, facts: Facts) -> str:
    wanted = facts.get("wanted", "")
    saw = ", ".join(f"{name}: {_shown(facts[name])}" for name in sorted(facts) if name != "wanted")
    if not wanted:
        return _("Not sent: what the journey asks for is not so.")
    if not saw:
        return _("Not sent: the journey asks for %(wanted)s, and that is not so.") % {"wanted": wanted}
    return _("Not sent: the journey asks for %(wanted)s (%(saw)s).") % {"wanted": wanted, "saw": saw}


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


def _moved_again(detail: str, facts: Facts) -> str:
    if "stalled" in facts:
        return _("Not sent: the parcel moves again.")
    return _("Not sent: the carrier has taken it back since.")


def _suppressed(detail: str, facts: Facts) -> str:
    return _("Not sent: this address must not be written to (%(reason)s).") % {"reason": _reason(detail)}


def _holdout(detail: str, facts: Facts) -> str:
    return _(
        "Not sent: the shopper is among those who are not told, to measure the effect (%(experiment)s)."
    ) % {"experiment": facts.get("experiment", "")}


def _cap(detail: str, facts: Facts) -> str:
    had = int(facts.get("had", 0))
    return ngettext(
        "Not sent: the shopper had %(had)d message of this group (%(group)s) already, which is the most.",
        "Not sent: the shopper had %(had)d messages of this group (%(group)s) already, which is the most.",
        had,
    ) % {"had": had, "group": detail}


def _no_address(detail: str, facts: Facts) -> str:
    channel = facts.get("channel", "")
    return _("Not sent: the buyer has no usable address for %(channel)s.") % {"channel": channel}


def _unreachable(detail: str, facts: Facts) -> str:
    return _("Not sent: the shopper cannot be reached by %(channel)s.") % {"channel": _channel(facts)}


def _template_unapproved(detail: str, facts: Facts) -> str:
    return _("Not sent: the provider has not approved its text for %(channel)s.") % {
        "channel": _channel(facts)
    }


def _window_closed(detail: str, facts: Facts) -> str:
    return _("Not sent: on %(channel)s only approved texts may be sent now, and it has none.") % {
        "channel": _channel(facts)
    }


def _render_error(detail: str, facts: Facts) -> str:
    return _("Not sent: the message could not be written (%(error)s).") % {"error": facts.get("error", "")}


def _retry(detail: str, facts: Facts) -> str:
    return _("Not sent yet: attempt %(attempt)s failed (%(detail)s); it will be tried again.") % _named(facts)


def _next_channel(detail: str, facts: Facts) -> str:
    # "channel" is the one that failed.
    follows = {"channel": facts.get("next", "")}
    if "detail" not in facts:
        return _("Not delivered in time; the next channel follows: %(channel)s.") % follows
    return _("Not delivered (%(detail)s); the next channel follows: %(channel)s.") % {
        **_named(facts),
        **follows,
    }


def _provider_error(detail: str, facts: Facts) -> str:
    return _("Not sent: the provider refused it (%(detail)s).") % {"detail": DETAILS.get(detail, detail)}


def _unknown(detail: str, facts: Facts) -> str:
    return _("Nobody can tell whether it was sent (%(detail)s). It will not be sent again.") % _named(facts)


_SENTENCES: dict[str, Sentence] = {
    Code.CANCELLED: _cancelled,
    Code.CONDITION_FALSE: _condition_false,
    Code.WRONG_LEG: _wrong_leg,
    Code.SUPERSEDED: _superseded,
    Code.MOVED_AGAIN: _moved_again,
    Code.SUPPRESSED: _suppressed,
    Code.HOLDOUT: _holdout,
    Code.CAP: _cap,
    Code.NO_ADDRESS: _no_address,
    Code.UNREACHABLE: _unreachable,
    Code.TEMPLATE_UNAPPROVED: _template_unapproved,
    Code.WINDOW_CLOSED: _window_closed,
    Code.RENDER_ERROR: _render_error,
    Code.RETRY: _retry,
    Code.NEXT_CHANNEL: _next_channel,
    Code.PROVIDER_ERROR: _provider_error,
    Code.UNKNOWN: _unknown,
}


def _named(facts: Facts) -> Facts:
    detail = facts.get("detail", "")
    return {"attempt": "", **facts, "detail": DETAILS.get(detail, detail)}


def _channel(facts: Facts) -> str:
    return str(facts.get("channel", ""))


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _reason(reason: str) -> str:
    """Why an address is suppressed, in words."""
    words = {
        "hard_bounce": _("the address does not exist"),
        "soft_bounces": _("mails kept coming back"),
        "complaint": _("the shopper called a message spam"),
        "stop": _("the shopper wrote STOP"),
        "unsubscribed": _("the shopper unsubscribed"),
        "blocked": _("the shopper blocked the shop"),
        "invalid": _("it is no address of this kind"),
        "person": _("somebody decided so"),
    }
    return words.get(reason) or reason


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
        Milestone.IN_TRANSIT: _("the parcel was on its way"),
        Milestone.CUSTOMS: _("the parcel was with customs"),
        Milestone.ARRIVED_LOCAL: _("the parcel was at its last depot"),
        Milestone.ALL_DELIVERED: _("all parcels were delivered"),
        Happening.ORDER_CANCELLED: _("the order was cancelled"),
        Happening.PROMISE_CHANGED: _("a newer day was announced"),
        Happening.RETURN_REQUESTED: _("a return was asked for"),
        Happening.CLAIM_OPENED: _("a claim was opened"),
        Happening.FEEDBACK_GIVEN: _("feedback was given"),
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
