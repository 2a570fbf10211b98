"""A shop in the middle of its day: rows of every kind, for looking at pages as a team would see them."""

from datetime import date, timedelta
from email.message import EmailMessage
from pathlib import Path

from tests.console import rows
from tests.console.rows import DAY, HOUR, NOW
from wismo.plumbing import limits
from wismo.plumbing.models import InboxRow
from wismo.plumbing.secrets import seal
from wismo.shops.models import CarrierAccount, Shop, SourceSecret
from wismo.tracking.models import CarrierDay, CodeMeaning, Poll, PollGate, Shipment
from wismo.tracking.rules.quality import SLOTS
from wismo.tracking.rules.summary import micros, pack_reached

OPEN = (  # number, name, carrier, status, city, country, hours without a scan, day promised, carrier's day
    ("HR-20377", "Maren Holt", "ups", "in_transit", "Lyon", "FR", 144, 17, None),
    ("HR-20391", "Theo Albrecht", "dhl", "failed_attempt", "Hamburg", "DE", 26, 19, None),
    ("HR-20402", "Aiko Tanabe", "dhl", "customs", "Osaka", "JP", 50, 20, 26),
    ("HR-20415", "Omar Haddad", "fedex", "in_transit", "Lyon", "FR", 9, 23, 27),
    ("HR-20418", "Nora Lindqvist", "ups", "out_for_delivery", "Malmö", "SE", 1, 24, None),
    ("HR-20421", "Jon Ek", "ups", "arrived_local", "Uppsala", "SE", 3, 25, None),
    ("HR-20424", "Priya Raman", "delhivery", "in_transit", "Chennai", "IN", 5, 27, None),
    ("HR-20430", "Min-jun Seo", "dhl", "info_received", "Seoul", "KR", None, 30, None),
)
Row = tuple[str, str, str, str, str, str, int | None, int, int | None]


def a_busy_shop(shop: Shop, mailbox: Path | None = None) -> Shipment:
    """Fill the shop; the shipment with the full story."""
    for source in ("ups", "dhl", "fedex"):
        SourceSecret.objects.create(shop=shop, source=source, sealed="x")
    _delivered(shop)
    for n, row in enumerate(OPEN):
        _open(shop, n, row)
    story = rows.a_full_story(shop)
    sister = rows.a_shipment(
        story.order, "1Z999AA10123456784", status="delivered", ended=True, delivered_at=NOW - DAY
    )
    rows.a_scan(sister, NOW - DAY, status="delivered", code="DL", text="Delivered, signed")
    _messages(shop, story)
    _intake(shop)
    _carriers(shop, story)
    if mailbox is not None:
        a_mail(mailbox, "1.eml", story.messages.earliest("pk").pk)
    return story


def _delivered(shop: Shop) -> None:
    per_day = (4, 6, 5, 7, 2, 1, 6, 8, 5, 6, 7, 3, 1, 4)
    for back, count in enumerate(reversed(per_day)):
        for n in range(count):
            at = NOW - back * DAY - timedelta(hours=1 + n % 4)
            promised = None if n == 5 else (at + DAY).date()
            order = rows.an_order(shop, f"HR-{19000 + back * 20 + n}", promised_on=promised)
            start = at - timedelta(days=2, hours=3 * n)
            rows.a_shipment(
                order,
                f"1Z{back:03}{n:03}784",
                status="delivered",
                ended=True,
                late=n == 3,
                delivered_at=at,
                last_scan_at=at,
                milestones=pack_reached({"picked_up": micros(start), "delivered": micros(at)}),
            )


def _open(shop: Shop, n: int, row: Row) -> None:
    number, name, carrier, status, city, country, silent, promised, eta = row
    day = date(2026, 11, promised)
    order = rows.an_order(shop, number, name=name, city=city, country=country, promised_on=day)
    back = {"leg": "rto", "reason": "buyer_refused"} if number == "HR-20415" else {}
    rows.a_shipment(
        order,
        f"JD01460{n:06}",
        carrier=carrier,
        status=status,
        last_scan_at=None if silent is None else NOW - silent * HOUR,
        late=day < NOW.date(),
        eta=eta and date(2026, 11, eta),
        **back,
    )


def _messages(shop: Shop, story: Shipment) -> None:
    order = story.order
    out = {"trigger": "out_for_delivery", "journey": "out_for_delivery", "subject": ""}
    early = {"happened_at": NOW - 5 * HOUR, "finished_at": NOW - 2 * HOUR}
    code = "superseded:failed_attempt"
    kept = rows.a_message(order, story, state="not_sent", code=code, **out, **early)
    seen = {"at": (NOW - 2 * HOUR).isoformat(), "happened_at": (NOW - 5 * HOUR).isoformat()}
    rows.a_decision(kept, "stop", "superseded", code, milestone="failed_attempt", **seen)
    shipped = {"trigger": "picked_up", "journey": "shipped"}
    lost = rows.a_message(order, story, state="unknown", code="unknown", **shipped)
    rows.a_decision(lost, "done", "send", "unknown", attempt=1, detail="timeout")
    told = rows.a_message(order, None, trigger="order_confirmed", journey="order_confirmed")
    rows.a_decision(told, "done", "send", "sent", attempt=1, detail="")


def _intake(shop: Shop) -> None:
    rows.a_parked_payload(shop, "b1946ac92492d2347c6235b4")
    rows.a_parked_payload(
        shop, "591785b794601e212b260e25", source="dhl", body=b"<html>502 Bad Gateway</html>" * 20
    )
    rows.a_parked_reaction(shop)
    for n in range(40):
        InboxRow.objects.create(
            shop_id=shop.pk,
            source="ups" if n % 3 else "dhl",
            receipt=f"r{n}",
            body=b"{}",
            received_at=NOW - timedelta(minutes=2 + 20 * n) - (5 * HOUR if n % 3 == 0 else timedelta()),
        )
    limits.count(shop.pk, "rejected", "dhl", now=NOW, by=3)


def _carriers(shop: Shop, story: Shipment) -> None:
    """Codes to map, one that was, and a month of figures of three carriers."""
    for n, (code, text) in enumerate((("ZZ|31", "IN ZUSTELLUNG"), ("ZZ|31", "IN ZUSTELLUNG MUC 02"))):
        rows.a_scan(story, NOW - (1 + 30 * n) * HOUR, status="", code=code, text=text, place="Munich, DE")
    rows.a_scan(story, NOW - 60 * HOUR, code="HB|01", text="AT HUB", by_shop=True)
    CodeMeaning.objects.create(
        shop=shop, source="ups", code="HB|01", status="in_transit", leg="forward",
        who="ines.moreira@halden.example", at=NOW - 4 * HOUR,
    )  # fmt: skip
    _asked(shop)
    for back in range(25):
        for carrier, without, late in (("ups", 1, 3), ("dhl", 4, 9), ("delhivery", 9, 13)):
            late_slots = [10 * (slot <= late) for slot in range(SLOTS)]
            CarrierDay.objects.create(
                shop=shop, carrier=carrier, day=(NOW - back * DAY).date(), first_scan=1, lags=late_slots,
                scans=180, repeats=without * 40, unzoned=30 * (carrier == "delhivery"), delivered=40,
                without_pickup=without // 2, without_out=without,
                attempts=4, attempts_without_out=without // 4,
            )  # fmt: skip


def _asked(shop: Shop) -> None:
    """An account that works through its parcels of DHL, and one failed of late."""
    sealed = seal('{"api_key": "k"}')
    CarrierAccount.objects.create(shop=shop, source="dhl", sealed=sealed, changed_at=NOW - 9 * DAY)
    PollGate.objects.create(
        shop=shop, source="dhl", day=NOW.date(), used=61, asked_at=NOW - timedelta(minutes=4),
        error="it answered 503 Service Unavailable", error_at=NOW - 2 * HOUR,
    )  # fmt: skip
    for n, parcel in enumerate(Shipment.objects.filter(shop=shop, ended=False).order_by("pk")):
        if parcel.carrier in {"dhl", "ups"}:
            Poll.objects.create(
                shop=shop, shipment=parcel, source="dhl", number=parcel.tracking_number,
                due_at=NOW + (n - 1) * HOUR, answered_at=NOW - 3 * HOUR, last_news_at=NOW - DAY,
                error="it answered 503 Service Unavailable" if n == 2 else "",
            )  # fmt: skip


SUBJECT = "Your parcel is a day late"
HTML = '<body style="font: 16px sans-serif; padding: 24px"><h1>A day late</h1><p>Wednesday.</p></body>'


def a_mail(folder: Path, name: str, message_id: int, subject: str = SUBJECT, html: str = HTML) -> Path:
    """A mail as the demo's catch-all keeps it."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "Halden & Rue <orders@halden.example>", "sofia@example.com"
    mail["Subject"], mail["Date"] = subject, "Tue, 24 Nov 2026 09:00:00 +0000"
    mail["X-Wismo-Message"] = str(message_id)
    mail.set_content("Hello,\n\nparcel 2 will now arrive on Wednesday, a day late.\n\nHalden & Rue")
    mail.add_alternative(html, subtype="html")
    path = folder / name
    path.write_bytes(bytes(mail))
    return path
