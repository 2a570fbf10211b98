"""Consents and refusals that another system kept, taken over with their evidence. Nobody is written to."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from wismo.notify.actions.people import Said, record_choices, suppress_all
from wismo.notify.consent_sheet import SheetChoice
from wismo.notify.queries.people import Ban, digest_of


@transaction.atomic
def take_over(shop_id: int, rows: Sequence[SheetChoice], now: datetime) -> int:
    """Write these down, and let the latest of each key hold; how many are new. Safe to repeat with `at` told.

    Who refused all messages of a channel is suppressed there, too.
    """
    told = [(row, digest_of(shop_id, row.address_kind, row.address)) for row in rows]
    recorded = record_choices(shop_id, [_said(row, digest, now) for row, digest in told])
    held = {(one.said.digest, one.said.channel) for one in recorded if one.new}
    suppress_all(
        shop_id,
        [
            Ban(digest, row.channel, "all", "import")
            for row, digest in told
            if row.kind is None and not row.granted and (digest, row.channel) in held
        ],
        now,
    )
    return len(recorded)


def _said(row: SheetChoice, digest: str, now: datetime) -> Said:
    evidence = {name: value for name, value in (("wording", row.wording), ("page", row.page)) if value}
    return Said(
        digest=digest,
        channel=row.channel,
        kind=row.kind,
        granted=row.granted,
        source="import",
        at=row.at or now,
        confirmed=row.confirmed or not row.granted,
        evidence=evidence,
    )
