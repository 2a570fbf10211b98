"""Amounts, as callers tell them."""

from decimal import Decimal

from ninja import Schema

from wismo.vocabulary.money import Money


class Total(Schema):
    """An amount as text, so that no digit is lost: {"amount": "12.50", "currency": "EUR"}."""

    amount: Decimal
    currency: str


def money_of(total: Total | None) -> Money | None:
    """The amount; ValueError, naming the field, where a digit would be lost."""
    try:
        return Money.parse(str(total.amount), total.currency) if total else None
    except ValueError as error:
        raise ValueError(f"total: {error}") from error
