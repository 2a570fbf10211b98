"""When a shipment reached its milestones, from what its row keeps."""

from datetime import datetime

from wismo.tracking.rules.summary import instant, unpack_reached


def reached(kept: str) -> list[tuple[str, str, datetime]]:
    """(milestone, episode, when) of each, oldest first; `kept` is `Shipment.milestones`."""
    told = sorted(unpack_reached(kept).items(), key=lambda pair: (pair[1], pair[0]))
    split = ((*key.partition("@"), at) for key, at in told)
    return [(name, episode, instant(at)) for name, _, episode, at in split]
