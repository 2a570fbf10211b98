"""The four steps of a parcel's way, and which of them it has taken. Pure."""

from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from wismo.trackpage.situations import Situation

_ORDERED, _PACKED, _SHIPPED = _("Ordered"), _("Packed"), _("Shipped")
_OUT, _DELIVERED = _("Out for delivery"), _("Delivered")
_BACK, _RETURNED = _("On its way back"), _("Returned")

# The steps, and the place of the current one; 4 where all are done. A parcel that will not come has none.
_PLANS: dict[Situation, tuple[tuple[str, ...], int]] = {
    Situation.PACKING: ((_ORDERED, _SHIPPED, _OUT, _DELIVERED), 0),
    Situation.ANNOUNCED: ((_ORDERED, _PACKED, _OUT, _DELIVERED), 1),
    Situation.HANDED_OVER: ((_ORDERED, _SHIPPED, _OUT, _DELIVERED), 1),
    Situation.UNCLEAR: ((_ORDERED, _SHIPPED, _OUT, _DELIVERED), 1),
    Situation.SHIPPED: ((_ORDERED, _SHIPPED, _OUT, _DELIVERED), 1),
    Situation.DELAYED: ((_ORDERED, _SHIPPED, _OUT, _DELIVERED), 1),
    Situation.HELD: ((_ORDERED, _SHIPPED, _OUT, _DELIVERED), 1),
    Situation.ADDRESS: ((_ORDERED, _SHIPPED, _OUT, _DELIVERED), 1),
    Situation.SILENT: ((_ORDERED, _SHIPPED, _OUT, _DELIVERED), 1),
    Situation.CUSTOMS: ((_ORDERED, _("In customs"), _OUT, _DELIVERED), 1),
    Situation.OUT: ((_ORDERED, _SHIPPED, _OUT, _DELIVERED), 2),
    Situation.TRIED: ((_ORDERED, _SHIPPED, _("Tried to deliver"), _DELIVERED), 2),
    Situation.READY: ((_ORDERED, _SHIPPED, _("Ready to collect"), _("Collected")), 2),
    Situation.DELIVERED: ((_ORDERED, _SHIPPED, _OUT, _DELIVERED), 4),
    Situation.BACK: ((_ORDERED, _SHIPPED, _BACK, _RETURNED), 2),
    Situation.RETURNED: ((_ORDERED, _SHIPPED, _BACK, _RETURNED), 4),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step with where it stands: `state` is done, now or next."""

    name: str
    state: str
    state_name: str
    current: bool


def steps_of(situation: Situation) -> tuple[Step, ...]:
    """The steps of a parcel in this situation."""
    names, at = _PLANS.get(situation, ((), 0))
    state_names = {"done": gettext("done"), "now": gettext("current step"), "next": gettext("not yet")}
    steps = []
    for place, name in enumerate(names):
        state = "done" if place < at else "now" if place == at else "next"
        current = place == min(at, len(names) - 1)
        steps.append(Step(gettext(name), state, state_names[state], current))
    return tuple(steps)
