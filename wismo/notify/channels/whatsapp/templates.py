"""Templates at Meta: sent in for approval, and asked about."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from wismo.notify.channels import meta_api
from wismo.notify.channels.whatsapp.drafts import Draft
from wismo.notify.channels.whatsapp.heard import TEMPLATE_STATES
from wismo.notify.handover import told
from wismo.notify.port import Account, HeardTemplate, Request
from wismo.plumbing import http

_PAGES = 70  # of a hundred: a business has 6,000 at most
_FIELDS = "name,language,status,category,rejected_reason"


class TemplateRefused(Exception):
    """Meta did not take it, or did not answer; says why."""


def submission(account: Account, draft: Draft) -> Request:
    """The request that sends a template in."""
    return meta_api.call(account, "POST", _templates(account), draft.form())


def listing(account: Account, after: str = "") -> Request:
    """The request for a page of the account's templates."""
    query = {"fields": _FIELDS, "limit": "100", **({"after": after} if after else {})}
    return meta_api.call(account, "GET", f"{_templates(account)}?{urlencode(query)}")


def submit(account: Account, draft: Draft) -> HeardTemplate:
    """Send it in; what Meta says at once."""
    answer = _asked(submission(account, draft))
    return _heard({"name": draft.name, "language": draft.language, **answer})


def fetch(account: Account) -> list[HeardTemplate]:
    """All templates of the account as they stand."""
    return [_heard(template) for page in _pages(account) for template in meta_api.dicts(page.get("data"))]


def _pages(account: Account) -> Iterator[Mapping[str, Any]]:
    after = ""
    for _ in range(_PAGES):
        page = _asked(listing(account, after))
        yield page
        paging = meta_api.part(page, "paging")
        after = str(meta_api.part(paging, "cursors").get("after") or "") if "next" in paging else ""
        if not after:
            return


def _templates(account: Account) -> str:
    waba = account.values.get("waba_id", "")
    if not waba:
        raise TemplateRefused("the account has no WhatsApp business account ID: enter it with the others")
    return f"{quote(waba, safe='')}/message_templates"


def _asked(request: Request) -> Mapping[str, Any]:
    try:
        reply = http.send(request.method, request.url, headers=request.headers, body=request.body)
    except http.NoAnswer as error:
        raise TemplateRefused(str(error)) from error
    answer = told(reply)
    if reply.status >= 300:
        error_told = meta_api.part(answer, "error")
        why = error_told.get("error_user_msg") or error_told.get("message") or f"status {reply.status}"
        raise TemplateRefused(str(why)[:300])
    return answer


def _heard(template: Mapping[str, Any]) -> HeardTemplate:
    name, language = str(template.get("name") or ""), str(template.get("language") or "")
    status, reason = str(template.get("status") or ""), str(template.get("rejected_reason") or "")
    return HeardTemplate(
        key=f"{name}:{language}:{status}",
        name=name,
        language=language,
        state=TEMPLATE_STATES.get(status, "pending"),
        category=str(template.get("category") or "").lower(),
        reason="" if reason == "NONE" else reason[:200],
    )
