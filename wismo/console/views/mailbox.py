"""The demo's catch-all mailbox, where one is set."""

from pathlib import Path

from csp.decorators import csp, csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from wismo.console import mailbox
from wismo.console.access import Seat, seated
from wismo.console.page import show
from wismo.notify import log

# A mail is somebody else's document: it may look as it likes, and do nothing.
SHUT = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "form-action": ["'none'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'self'"],
    "sandbox": [],
}


@require_safe
@seated("agent")
def mail_list(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The newest mails."""
    rows = mailbox.mails(_folder())
    own = log.own(seat.shop_id, [row.message_id for row in rows if row.message_id])
    facts = {"rows": [row for row in rows if row.message_id in own], "limit": mailbox.SHOWN}
    return show(request, seat, "console/mailbox.html", facts)


@require_safe
@csp_update({"frame-src": ["'self'"]})
@seated("agent")
def mail(request: HttpRequest, seat: Seat, name: str) -> HttpResponse:
    """One mail: its headers, its text, and its HTML in a locked frame."""
    return show(request, seat, "console/mail.html", {"mail": _mail(seat, name)})


@require_safe
@csp(SHUT)
@xframe_options_sameorigin
@seated("agent")
def mail_html(request: HttpRequest, seat: Seat, name: str) -> HttpResponse:
    """The mail's own HTML, under a policy that lets nothing in it run."""
    return HttpResponse(_mail(seat, name).html)


def _folder() -> Path:
    if settings.MAILBOX is None:
        raise Http404
    return Path(settings.MAILBOX)


def _mail(seat: Seat, name: str) -> mailbox.Mail:
    """The mail, if one of the shop's own messages: the folder is shared by all shops."""
    found = mailbox.mail(_folder(), name)
    if found is None or not log.own(seat.shop_id, [found.message_id or 0]):
        raise Http404
    return found
