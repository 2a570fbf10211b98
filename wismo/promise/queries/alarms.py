"""What a night's learning found worth a look."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, Max, Q

from wismo.promise.models import Learning, Passage, Promise
from wismo.promise.rules.coverage import wilson

_WEEKS = 4
_QUIET = 4  # days without any arrival, a long weekend and a day, after which the carriers' word is missing
_DRIFT = 1.25  # a typical parcel takes a quarter more, or less, than four weeks ago


def alarms_of(shop_id: int, until: date, now: datetime, typical: float | None) -> list[dict[str, Any]]:
    """What is out of the ordinary, as a code and its facts. `typical` is the median transit, in days."""
    return [*_coverage(shop_id, until), *_lag(shop_id, until), *_drift(shop_id, now, typical)]


def _coverage(shop_id: int, until: date) -> list[dict[str, Any]]:
    """Promises of the last weeks that were kept less often than they should, beyond what chance does."""
    since = until - timedelta(weeks=_WEEKS)
    resolved = Promise.objects.filter(
        shop_id=shop_id, first=True, level__gt=0, latest__gt=since, latest__lte=until, kept__isnull=False
    )
    told = resolved.aggregate(of=Count("pk"), kept=Count("pk", filter=Q(kept=True)), level=Avg("level"))
    if not told["of"] or wilson(told["kept"], told["of"])[1] >= told["level"]:
        return []
    facts = {"level": told["level"], "kept": told["kept"] / told["of"], "parcels": told["of"]}
    return [{"code": "coverage", "facts": facts}]


def _lag(shop_id: int, until: date) -> list[dict[str, Any]]:
    """Parcels are under way, and for days none was told to have arrived."""
    rows = Passage.objects.filter(shop_id=shop_id)
    newest = rows.aggregate(newest=Max("arrived_on"))["newest"]
    under_way = rows.filter(arrived_on__isnull=True, ended_on__isnull=True, handed_on__isnull=False)
    if newest is None or (until - newest).days < _QUIET or not under_way.exists():
        return []
    return [{"code": "label_lag", "facts": {"days": (until - newest).days, "normal": _QUIET - 1}}]


def _drift(shop_id: int, now: datetime, typical: float | None) -> list[dict[str, Any]]:
    """A typical parcel takes much longer, or much less long, than four weeks ago."""
    before = Learning.objects.filter(
        shop_id=shop_id, finished_at__isnull=False, made_at__lte=now - timedelta(weeks=_WEEKS)
    )
    report = before.order_by("-made_at").values_list("report", flat=True).first()
    was = report.get("typical") if report else None
    if not was or not typical or 1 / _DRIFT < typical / was < _DRIFT:
        return []
    return [{"code": "drift", "facts": {"area": "", "was": was, "now": typical}}]
