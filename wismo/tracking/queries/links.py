"""Where a shopper finds an order."""

from django.conf import settings

from wismo.plumbing import tokens


def page_url(shop_id: int, order_id: int) -> str:
    """The order's own page, by a signed link: whoever has it needs no log-in."""
    return f"{settings.BASE_URL}/t/{tokens.make('track', shop_id, order_id)}"
