"""A message's link leads on, and the click is noted."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from wismo.notify import links
from wismo.notify.actions.feedback import note_click
from wismo.notify.queries.feedback import target_of
from wismo.notify.rules.clicks import is_person
from wismo.trackpage.choices import wrong_link
from wismo.trackpage.views import private


@private(referrer="no-referrer")
@require_safe
def follow(request: HttpRequest, *, token: str) -> HttpResponse:
    """On to what the message is about. Machines that only look are let through and not counted."""
    message_id = links.read_click(token)
    target = target_of(message_id) if message_id else ""
    if message_id is None or not target:
        return wrong_link(request)
    purpose = request.headers.get("Sec-Purpose") or request.headers.get("Purpose", "")
    if is_person(request.method or "", request.headers.get("User-Agent", ""), purpose):
        note_click(message_id, timezone.now())
    return HttpResponseRedirect(target)
