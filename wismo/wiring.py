"""The whole house on one page: who reacts to which event, who reads which source, what the workers do."""

from collections.abc import Sequence
from functools import partial

from django.db import connection
from django.utils import timezone

from wismo.carriers import registry
from wismo.carriers.karrio.adapter import KarrioFetcher
from wismo.carriers.port import Switchboard
from wismo.notify import jobs as notify_jobs
from wismo.notify import reactions as notify_reactions
from wismo.notify import retention as notify_retention
from wismo.notify.events import HappeningTold, ShopperReplied
from wismo.notify.jobs import campaigns, inbound
from wismo.notify.jobs.alerts import tell_team
from wismo.notify.jobs.asking import ask_quiet_providers
from wismo.orders.events import CartChanged, OrderCancelled, OrderPacked, OrderPlaced, OrderRevised
from wismo.plumbing import events, http, inbox, limits, retention
from wismo.plumbing.events import Event, Handler
from wismo.plumbing.inbox import Reader
from wismo.plumbing.work import Job
from wismo.promise import reactions as promise_reactions
from wismo.promise import retention as promise_retention
from wismo.promise.events import PromiseChanged, PromiseMissed
from wismo.promise.jobs import feeds, looking, nightly, overdue
from wismo.tracking import jobs as tracking_jobs
from wismo.tracking import polling
from wismo.tracking import reactions as tracking_reactions
from wismo.tracking.events import CarrierDayNamed, MilestoneReached
from wismo.tracking.fetching import PackFetcher

REACTIONS: dict[type[Event], Sequence[Handler]] = {
    OrderPlaced: [promise_reactions.keep_orders_promises, notify_reactions.start_order_journeys],
    OrderRevised: [promise_reactions.keep_orders_promises, tracking_reactions.follow_orders],
    OrderPacked: [notify_reactions.start_packed_journeys],
    OrderCancelled: [notify_reactions.tell_cancelled],
    CartChanged: [notify_reactions.tell_carts],
    # The promise first: what messages say of a day is as it sees it.
    MilestoneReached: [
        promise_reactions.follow_parcels,
        notify_reactions.start_shipment_journeys,
        tracking_reactions.complete_orders,
    ],
    CarrierDayNamed: [promise_reactions.follow_carriers_days],
    PromiseChanged: [notify_reactions.tell_moved],
    PromiseMissed: [notify_reactions.tell_missed],
    HappeningTold: [notify_reactions.start_happening_journeys],
    ShopperReplied: [],  # for the floors that will act on it; the team sees it as a conversation
}

SCANS = Reader(parse=tracking_jobs.parse, record=tracking_jobs.record)
READERS: dict[str, Reader] = {
    **dict.fromkeys([*registry.packs(), *registry.karrio_packs()], SCANS),
    **inbound.READERS,  # providers of channels: receipts, replies, choices
}

# Who asks carriers: as their packs say, or through Karrio's connectors. Both leave by the one way out.
FETCHER = Switchboard(
    packs=PackFetcher(),
    prefixed={
        "karrio": KarrioFetcher(
            http.send, http.NoAnswer, lambda headers: http.retry_after(headers, timezone.now())
        )
    },
)

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
    "providers": [  # what asks them, and so may wait for them
        Job("what became of messages", notify_jobs.reconcile, every=5),
        Job("what became of quiet messages", ask_quiet_providers, every=60),
        Job("team alerts", tell_team, every=30),
    ],
    "campaigns": [
        Job("campaigns", campaigns.run_campaigns, every=1),
        Job("marketing", notify_jobs.dispatch_marketing, every=1),
    ],
    "history": [  # what looks back over many scans at once
        Job("meanings of codes", tracking_jobs.settle_meanings, every=10),
        Job("carriers' quality", tracking_jobs.count_quality, every=900),
        Job("what is normal on a lane", tracking_jobs.learn_lanes, every=60),
        Job("stalled parcels", tracking_jobs.notice_silence, every=60),
        Job("payloads to pack", retention.pack_read, every=60),
        Job("payloads to drop", retention.drop_old, every=300),
        Job("traces of messages to drop", notify_retention.drop_old, every=300),
        Job("feeds, alerts and buckets to drop", notify_retention.drop_scattered, every=3600),
        Job("dates to drop that nobody ordered under", promise_retention.drop_unordered, every=300),
    ],
    "outlooks": [  # what scans change of promises; each second, as all of a parcel's news is one look
        Job("parcels to look at", looking.look_again, every=1),
        Job("promised days gone by", overdue.look_at_overdue, every=300),
        Job("parcels nobody has looked at", looking.take_up, every=300),
    ],
    "promises": [
        Job("parcels at risk", looking.alert, every=60),
        Job("feeds of days that are different", feeds.ask_feeds, every=30),
    ],
    # Minutes of computing, once a week and shop: nobody waits behind it.
    "learning": [Job("what the night has learned", nightly.learn_all, every=900)],
    "polling": [
        Job("parcels to ask about", partial(polling.enrol, fetcher=FETCHER), every=30),
        Job("polls", partial(polling.poll, fetcher=FETCHER)),
        Job("silent parcels", polling.expire, every=300),
    ],
}
if connection.vendor == "postgresql":
    # While one lane waits for the database another reads; half of each one's time is such waiting, and four
    # lanes overlap it well. SQLite lets one write at a time: two would queue.
    WORK |= {f"more reading {lane}": [Job("inbox", inbox.work)] for lane in (1, 2, 3)}
