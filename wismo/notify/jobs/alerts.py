"""Tells the team, once a matter, what it should know."""

import logging
from collections import defaultdict
from datetime import datetime

from wismo.notify import alerts
from wismo.notify.actions import telling
from wismo.notify.actions.alerts import AlertKind
from wismo.notify.channels import providers
from wismo.notify.queries.telling import Team, Untold, teams, unconfirmed, untold

log = logging.getLogger(__name__)
BATCH = 200


def tell_team(now: datetime) -> int:
    """Settle what a machine can, and tell the teams of the rest; how many alerts were settled or told."""
    settled = confirm_subscriptions(now)
    wanted = teams()
    waiting: dict[int, list[Untold]] = defaultdict(list)
    for alert in untold(list(wanted), BATCH) if wanted else []:
        waiting[alert.shop_id].append(alert)
    return settled + sum(_tell(wanted[shop_id], found, now) for shop_id, found in sorted(waiting.items()))


def _tell(team: Team, found: list[Untold], now: datetime) -> int:
    ours = telling.take([alert.id for alert in found], now)
    told = [alert for alert in found if alert.id in ours]
    if not told:
        return 0
    try:
        alerts.tell(team, told)
    except alerts.NotToldError as error:
        telling.put_back(ours)
        log.warning("the team of shop %d could not be told of %d alerts: %s", team.shop_id, len(told), error)
        return 0
    return len(told)


def confirm_subscriptions(now: datetime) -> int:
    """Visit what providers want visited; how many are confirmed. A person is told of the others."""
    confirmed = []
    for alert in unconfirmed(AlertKind.CONFIRM, BATCH):
        facts = providers().get(alert.subject)
        confirm = getattr(facts.code(), "confirm", None) if facts else None
        if confirm is not None and confirm(alert.text):
            confirmed.append(alert.id)
    telling.settle(confirmed, now)
    return len(confirmed)
