"""Ask the feeds of adjustments, each once an hour, outside any transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from wismo.plumbing import http
from wismo.promise.actions.adjustments import Due, claim_feeds, keep_adjustments, note_answer
from wismo.promise.queries.plans import plan_of
from wismo.promise.rules.declared import Unreadable, read_rows, rows_of

AT_ONCE = 5  # each may keep its lane waiting for half a minute
NAMED = 3  # problems that a feed's error names; the rest are counted
_OK = 200


def ask_feeds(now: datetime) -> int:
    """Ask those that are due and keep what they tell; how many were asked.

    What cannot be had or read leaves the rows of before as they are. Where only some rows can be followed,
    these are kept, nothing is ended, and the error says which.
    """
    due = claim_feeds(now, AT_ONCE)
    for feed in due:
        _ask(feed, now)
    return len(due)


def _ask(feed: Due, now: datetime) -> None:
    try:
        told = _told(feed.url)
    except (http.NoAnswer, Unreadable) as trouble:
        note_answer(feed.feed_id, error=f"{str(trouble).rstrip('.')}.", now=now, answered=False)
        return
    rows, problems = read_rows(told, plan=plan_of(feed.shop_id)[0], referenced=True)
    named = "; ".join(str(problem) for problem in problems[:NAMED])
    error = f"{len(problems)} of {len(told)} rows are not followed: {named}." if problems else ""
    with transaction.atomic():
        keep_adjustments(feed.shop_id, rows, source=feed.name, who="", now=now, whole=not problems)
        note_answer(feed.feed_id, error=error, now=now, answered=True)


def _told(url: str) -> list[Mapping[str, Any]]:
    reply = http.send("GET", url, headers={"Accept": "application/json, text/csv;q=0.9"})
    if reply.status != _OK:
        raise Unreadable(f"it answered {reply.status}")
    return rows_of(reply.body)
