"""How the payloads of the inbox stand, in one word each."""

from wismo.plumbing.models import InboxRow

_WORDS = {None: "done", False: "pending", True: "parked"}


def states() -> dict[str, str]:
    """Each payload's state by its receipt, oldest first: pending, parked or done."""
    told = InboxRow.objects.order_by("pk").values_list("receipt", "task__parked")
    return {receipt: _WORDS[parked] for receipt, parked in told}
