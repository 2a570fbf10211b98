"""The report of a rule tried on the past, as a terminal or a script reads it."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from wismo.notify.backtest import Report, Side
from wismo.notify.rehearsal import Played


def in_words(report: Report) -> Iterator[str]:
    """The report for a person."""
    span = f"{report.since:%d %b %Y} to {report.until:%d %b %Y}"
    yield f"{report.key}: {report.orders} orders, {report.parcels} parcels, {span}"
    if report.tried:
        for name, side in (("draft", report.draft), ("published", report.published)):
            if side is not None:
                yield from _of_side(name, side)
        if report.published is not None:
            yield (
                f"against the published rule: {report.only_draft} messages more,"
                f" {report.only_published} fewer, {report.otherwise} at another time or by another channel"
            )
    yield from report.notes


def _of_side(name: str, side: Side) -> Iterator[str]:
    cost = ", ".join(f"{micros / 1_000_000:.2f} {currency}" for currency, micros in side.cost_micros.items())
    lacking = f" ({side.unpriced} messages by accounts without a price)" if side.unpriced else ""
    yield f"{name} (version {side.version}): {side.sent} messages to {len(side.buyers)} buyers"
    yield f"  by channel: {_counted(side.channels)}"
    yield f"  between 21 and 8 o'clock where the reader is: {side.night}"
    yield f"  moved out of quiet hours: {side.deferred}"
    yield f"  not sent: {_counted(side.not_sent)}"
    yield f"  of these no longer true, or no longer news: {side.stale}"
    yield f"  sent although newer news had happened and was not told yet: {side.overtaken}"
    yield f"  cost: {cost or 'not known'}{lacking}"


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {n}" for name, n in counts.most_common()) or "none"


def as_json(report: Report) -> dict[str, Any]:
    """The report for a script: plain values only."""
    return {
        "journey": report.key,
        "since": report.since.isoformat(),
        "until": report.until.isoformat(),
        "tried": report.tried,
        "orders": report.orders,
        "parcels": report.parcels,
        "draft": _side(report.draft),
        "published": _side(report.published) if report.published else None,
        "only_draft": report.only_draft,
        "only_published": report.only_published,
        "otherwise": report.otherwise,
        "samples": [
            {"order": one.order_number, "draft": _played(one.draft), "published": _played(one.published)}
            for one in report.samples
        ],
        "notes": list(report.notes),
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "version": side.version,
        "sent": side.sent,
        "buyers": len(side.buyers),
        "channels": dict(side.channels),
        "languages": dict(side.languages),
        "countries": dict(side.countries),
        "by_hour": [side.hours[hour] for hour in range(24)],
        "night": side.night,
        "deferred": side.deferred,
        "not_sent": dict(side.not_sent),
        "stale": side.stale,
        "overtaken": side.overtaken,
        "cost": {currency: micros / 1_000_000 for currency, micros in side.cost_micros.items()},
        "unpriced": side.unpriced,
    }


def _played(one: Played | None) -> dict[str, Any] | None:
    if one is None:
        return None
    sent_at = one.sent_at.isoformat() if one.sent_at else None
    return {"code": one.code, "sent_at": sent_at, "channel": one.channel}
