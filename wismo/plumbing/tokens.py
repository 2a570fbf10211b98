"""Signed, expiring links: a token carries ids only, never a person's data."""

from datetime import timedelta

from django.core import signing


def make(purpose: str, *ids: int) -> str:
    """A token for a link; `purpose` keeps the token of one page from opening another."""
    return signing.dumps(list(ids), salt=f"wismo.{purpose}")


def read(purpose: str, token: str, *, max_age: timedelta) -> tuple[int, ...] | None:
    """The ids, or None where the token was altered, is for another purpose, or too old."""
    try:
        ids = signing.loads(token, salt=f"wismo.{purpose}", max_age=max_age)
    except signing.BadSignature:
        return None
    return tuple(ids)
