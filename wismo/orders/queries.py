"""What others may read of orders."""

import hmac

from wismo.orders.models import Order


def order_ids(shop_id: int, references: list[str]) -> dict[str, int]:
    """The shop's orders by their reference."""
    return dict(
        Order.objects.filter(shop_id=shop_id, reference__in=references).values_list("reference", "pk")
    )


def find_order(shop_id: int, number: str, proof: str) -> int | None:
    """The newest order of this number whose e-mail or postcode is `proof`, else None."""
    typed, wanted = number.strip().lstrip("#"), _plain(proof)
    spellings = {form for text in (typed, typed.upper()) for form in (text, f"#{text}")}
    rows = Order.objects.filter(shop_id=shop_id, number__in=spellings).order_by("-pk")
    for pk, *told in rows.values_list("pk", "buyer__email", "postcode")[:20]:
        if any(text and hmac.compare_digest(_plain(text), wanted) for text in told):
            return int(pk)
    return None


def _plain(text: str) -> bytes:
    return "".join(text.split()).replace("-", "").casefold().encode(errors="replace")
