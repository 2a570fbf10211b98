"""The whole house on one page: who reacts to which event, who reads which source, what the workers do."""

from collections.abc import Sequence

from django.db import connection

from wismo.carriers import registry
from wismo.notify import jobs as notify_jobs
from wismo.notify import reactions as notify_reactions
from wismo.orders.events import OrderPlaced, OrderRevised
from wismo.plumbing import events, inbox, limits
from wismo.plumbing.events import Event, Handler
from wismo.plumbing.inbox import Reader
from wismo.plumbing.work import Job
from wismo.tracking import jobs as tracking_jobs
from wismo.tracking import reactions as tracking_reactions
from wismo.tracking.events import MilestoneReached

REACTIONS: dict[type[Event], Sequence[Handler]] = {
    OrderPlaced: [notify_reactions.start_order_journeys],
    OrderRevised: [tracking_reactions.follow_orders],
    MilestoneReached: [notify_reactions.start_shipment_journeys],
}

SCANS = Reader(parse=tracking_jobs.parse, record=tracking_jobs.record)
READERS: dict[str, Reader] = dict.fromkeys(registry.packs(), SCANS)

# Each lane is a thread of its own: a slow mail server never holds up the reading of scans.
WORK: dict[str, Sequence[Job]] = {
    "pipeline": [
        Job("inbox", inbox.work),
        Job("parked reactions", events.retry_parked, every=5),
        Job("overdue parcels", tracking_jobs.mark_overdue, every=300),
        Job("strays", tracking_jobs.reunite, every=30),
        Job("old counts", limits.forget_old, every=3600),
    ],
    "messages": [Job("messages", notify_jobs.dispatch)],
}
if connection.vendor == "postgresql":
    # While one lane waits for the database the other reads. SQLite lets one write at a time: two would queue.
    WORK["more reading"] = [Job("inbox", inbox.work)]
