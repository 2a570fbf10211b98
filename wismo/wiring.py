"""The whole house on one page: who reacts to which event, who reads which source, what the workers do."""

from collections.abc import Sequence

from wismo.orders.events import OrderPlaced
from wismo.plumbing.events import Event, Handler
from wismo.tracking.events import MilestoneReached

REACTIONS: dict[type[Event], Sequence[Handler]] = {
    OrderPlaced: [],
    MilestoneReached: [],
}
