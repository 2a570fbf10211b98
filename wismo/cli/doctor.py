"""`wismo doctor`: what is wrong with this installation, and what to do."""

import json
import shutil
import smtplib
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import click
from django.conf import settings
from django.core import mail
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from wismo.cli.account import lacks_extra
from wismo.notify.models import ChannelAccount
from wismo.notify.queries.accounts import AccountFacts, accounts_of
from wismo.plumbing.secrets import unseal
from wismo.promise.learning.structure import is_installed
from wismo.promise.models import Learning
from wismo.promise.queries.passages import days_told, shops_with_passages
from wismo.promise.queries.plans import plan_of
from wismo.shops.models import CarrierAccount, SourceSecret
from wismo.shops.queries import shop_ids
from wismo.tracking.queries.polling import SourcePolling, polling_of
from wismo.tracking.rules.gate import Circuit

LATE = timedelta(days=3)  # a night may fail, and be made up for in the next
FREE = 1 << 30  # bytes; raw payloads grow by some 1.2 KB a scan


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: `do` says how to mend what is not `ok`."""

    check: str
    ok: bool
    found: str
    do: str = ""


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True)
def doctor_command(*, as_json: bool) -> None:
    """Check database, mail, disk, clock and secrets, and say what to do."""
    findings: list[Finding] = []
    for name, needs, check in CHECKS:
        missing = [finding.check for finding in findings if finding.check in needs and not finding.ok]
        findings.append(_unchecked(name, missing) if missing else _checked(name, check))
    for finding in [] if as_json else findings:
        click.echo(f"{'ok   ' if finding.ok else 'WRONG'}  {finding.check}: {finding.found}")
        if finding.do:
            click.echo(f"       {finding.do}")
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings]))
    wrong = [finding.check for finding in findings if not finding.ok]
    if wrong:
        raise click.ClickException(f"to mend: {', '.join(wrong)}")


def _checked(name: str, check: Callable[[], tuple[bool, str, str]]) -> Finding:
    try:
        return Finding(name, *check())
    except Exception as error:  # whatever is wrong, the doctor says so and goes on
        said = f"{type(error).__name__}: {error}".strip().splitlines()[0]
        return Finding(name, ok=False, found=said, do=_ADVICE[name])


def _unchecked(name: str, missing: Sequence[str]) -> Finding:
    return Finding(name, ok=False, found="not looked at", do=f"First mend: {', '.join(missing)}.")


def _database() -> tuple[bool, str, str]:
    connection.ensure_connection()
    version = sqlite3.sqlite_version
    if connection.vendor == "postgresql":
        major = connection.cursor().connection.info.server_version // 10000
        if major < 15:
            return False, f"PostgreSQL {major}", "Use PostgreSQL 15 or newer."
        version = str(major)
    return True, f"{connection.vendor} {version} answers", ""


def _tables() -> tuple[bool, str, str]:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return False, f"{len(missing)} migrations are not applied", "Run `wismo migrate`."
    return True, "up to date", ""


def _mail() -> tuple[bool, str, str]:
    backend = settings.EMAIL_BACKEND
    if not backend.endswith("smtp.EmailBackend"):
        mail.get_connection()  # says what a provider's back end misses
        return True, backend, ""
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with mail.get_connection(timeout=5):
            return True, f"SMTP at {where} answers", ""
    except smtplib.SMTPException as error:
        return False, f"SMTP at {where}: {error}", _ADVICE["mail"]


def _disk() -> tuple[bool, str, str]:
    settings.HOME.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.HOME).free
    found = f"{free / (1 << 30):.1f} GiB free at {settings.HOME}"
    return free >= FREE, found, "" if free >= FREE else _ADVICE["disk"]


def _clock() -> tuple[bool, str, str]:
    here = datetime.now(UTC)
    if here.year < 2026:
        return False, f"it says {here:%Y-%m-%d}", _ADVICE["clock"]
    if connection.vendor != "postgresql":
        return True, f"{here:%Y-%m-%d %H:%M} UTC", ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        apart = abs(float(cursor.fetchone()[0]) - time.time())
    return apart < 2, f"{apart:.1f} s apart from the database's", "" if apart < 2 else _ADVICE["clock"]


def _address() -> tuple[bool, str, str]:
    parts = urlsplit(settings.BASE_URL)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return False, f"{settings.BASE_URL!r} is no address", _ADVICE["address"]
    if parts.scheme == "http":
        return True, f"{settings.BASE_URL} is not https", "Before shoppers come: put https in WISMO_BASE_URL."
    return True, settings.BASE_URL, ""


def _secrets() -> tuple[bool, str, str]:
    if len(settings.SECRET_KEY) < 40:
        return (
            False,
            "WISMO_SECRET_KEY is short",
            "Set 40 random characters or more; links and seals hang on it.",
        )
    for table in (SourceSecret, CarrierAccount, ChannelAccount):
        for sealed in table.objects.values_list("sealed", flat=True).iterator():
            unseal(sealed)
    return True, "readable", ""


def _carriers() -> tuple[bool, str, str]:
    now = timezone.now()
    accounts = [(slug, one) for slug, shop in shop_ids().items() for one in polling_of(shop, now)]
    wrong = [
        f"{one.source} of {slug}: {said}"
        for slug, one in accounts
        if one.enabled and (said := _wrong_with(one)) is not None
    ]
    if wrong:
        return False, "; ".join(wrong), _ADVICE["carriers"]
    return True, f"{len(accounts)} accounts, {sum(one.due for _, one in accounts)} parcels due", ""


def _wrong_with(one: SourcePolling) -> str | None:
    """Why nothing comes of an account in use; None where something may."""
    if one.lacking:
        return f"lacks {', '.join(one.lacking)}"
    if extra := lacks_extra(one.source):
        return extra
    return one.error if one.circuit in {Circuit.OPEN, Circuit.HALF_OPEN} else None


def _channels() -> tuple[bool, str, str]:
    slugs = {shop: slug for slug, shop in shop_ids().items()}
    accounts = [one for one in accounts_of() if one.id is not None]
    wrong = [
        f"{one.account.provider} of {slugs[one.account.shop_id]}: {said}"
        for one in accounts
        if one.enabled and (said := _ails(one))
    ]
    return not wrong, "; ".join(wrong) or f"{len(accounts)} accounts", _ADVICE["channels"] if wrong else ""


def _ails(one: AccountFacts) -> str:
    """Why no message leaves by an account in use; "" where some may."""
    if one.lacking:
        return f"lacks {', '.join(one.lacking)}"
    rests = one.resting_until is not None and one.resting_until > timezone.now()
    return one.trouble or "at rest" if rests else ""


def _promises() -> tuple[bool, str, str]:
    slugs = {shop: slug for slug, shop in shop_ids().items()}
    late = [slugs[shop] for shop in shops_with_passages() if shop in slugs and _learns_late(shop)]
    if late:
        return False, f"not learned from for days: {', '.join(late)}", _ADVICE["promises"]
    planned = sum(plan_of(shop)[1] > 0 for shop in slugs)
    by = "a model is tried each week" if is_installed() else "tables alone (`make ml` adds a model)"
    return True, f"{planned} of {len(slugs)} shops have published a plan; {by}", ""


def _learns_late(shop: int) -> bool:
    """Whether parcels moved on days that long since should have been learned from."""
    first, last = days_told(shop)
    due = timezone.now().date() - LATE
    if first is None or last is None or first > due:
        return False
    rows = Learning.objects.filter(shop_id=shop, finished_at__isnull=False).order_by("-until")
    until = rows.values_list("until", flat=True).first()
    return until is None or until < min(last, due)


# (name, what must be well before it can be looked at, the check)
CHECKS: Sequence[tuple[str, Sequence[str], Callable[[], tuple[bool, str, str]]]] = [
    ("database", (), _database),
    ("tables", ("database",), _tables),
    ("mail", (), _mail),
    ("disk", (), _disk),
    ("clock", ("database",), _clock),
    ("address", (), _address),
    ("secrets", ("database", "tables"), _secrets),
    ("carriers", ("database", "tables"), _carriers),
    ("channels", ("database", "tables"), _channels),
    ("promises", ("database", "tables"), _promises),
]
_ADVICE = {
    "database": "Check DATABASE_URL, and that the database server runs and lets this user in.",
    "tables": "Run `wismo migrate`.",
    "mail": "Check WISMO_SMTP_HOST, WISMO_SMTP_PORT, user and password, and that the server can be reached.",
    "disk": "Free some space, or move WISMO_HOME to a larger disk.",
    "clock": "Set the clock by NTP: promises, quiet hours and link expiry hang on it.",
    "address": "Set WISMO_BASE_URL to how the outside reaches this server, as https://track.your-shop.example.",
    "secrets": "Set WISMO_SECRET_KEY to the key they were sealed with, or set each anew: "
    "`wismo shop source SOURCE --replace`, `wismo shop account SOURCE`, `wismo shop channel PROVIDER`.",
    "carriers": "See `wismo shop account`: add what is missing, or ask the carrier what it has against it.",
    "channels": "See `wismo shop channel`: add what is missing, or ask the provider what it has against it.",
    "promises": "Keep `wismo work` running, which learns each night; `wismo promise train` does it now.",
}
