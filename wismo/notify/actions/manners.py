"""How a shop's messages behave, where it is not the house's way."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from django.db import transaction

from wismo.notify.models import MessagingSettings
from wismo.plumbing import audit
from wismo.vocabulary.text import is_line

_HOSTS = 50


def problems_of(told: Mapping[str, Any]) -> list[str]:
    """What is wrong with these settings, each as "field: what to do"; empty where nothing is."""
    quiet = told.get("quiet_from"), told.get("quiet_until")
    checks = {
        "quiet: both ends, or neither": (quiet[0] is None) == (quiet[1] is None),
        "quiet: its ends must differ": quiet[0] is None or quiet[0] != quiet[1],
        "voucher: one line of at most 40 characters": _fits(told.get("voucher", ""), 40),
        "voucher_worth: one line of at most 60 characters": _fits(told.get("voucher_worth", ""), 60),
        f"link_hosts: at most {_HOSTS} names such as shop.example": all(
            _is_host(host) for host in told.get("link_hosts", [])
        )
        and len(told.get("link_hosts", [])) <= _HOSTS,
    }
    return [message for message, fine in checks.items() if not fine]


@transaction.atomic
def set_manners(shop_id: int, told: Mapping[str, Any], *, who: str, now: datetime) -> None:
    """Change these settings and leave the others: quiet_from and quiet_until, voucher, voucher_worth,
    double_opt_in, stop_means_all, link_hosts. ValueError with all that is wrong.
    """
    problems = problems_of(told)
    if problems:
        raise ValueError("; ".join(problems))
    MessagingSettings.objects.get_or_create(shop_id=shop_id)
    MessagingSettings.objects.filter(shop_id=shop_id).update(**told)
    audit.record(shop_id, who=who, did="set how messages behave", subject="messages", now=now)


def hours(told: str) -> tuple[time, time]:
    """Read "21:00-08:00"; ValueError for anything else."""
    first, _, last = told.partition("-")
    try:
        return time.fromisoformat(first.strip()), time.fromisoformat(last.strip())
    except ValueError as error:
        raise ValueError(f"quiet: {told!r} is not a span such as 21:00-08:00") from error


def _fits(text: str, limit: int) -> bool:
    return len(text) <= limit and is_line(text)


def _is_host(host: str) -> bool:
    labels = host.split(".")
    plain = host == host.lower() and len(host) <= 200 and len(labels) > 1
    return plain and all(label and label.replace("-", "").isalnum() for label in labels)
