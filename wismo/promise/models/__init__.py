"""The tables of the promise: the plan, the facts, what was learned, and the ledger."""

from wismo.promise.models.facts import Passage
from wismo.promise.models.learned import Lane, Learning
from wismo.promise.models.ledger import Outlook, Place, Promise
from wismo.promise.models.plans import Adjustment, Feed, PlanVersion

__all__ = (
    "Adjustment",
    "Feed",
    "Lane",
    "Learning",
    "Outlook",
    "Passage",
    "Place",
    "PlanVersion",
    "Promise",
)
