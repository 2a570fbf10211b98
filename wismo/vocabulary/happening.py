"""What can happen beside a parcel's milestones, and be told of."""

from enum import StrEnum


class Happening(StrEnum):
    """A fact of an order, cart or case. What our own floors do not see, a shop's systems tell by the API."""

    ORDER_CANCELLED = "order_cancelled"
    PROMISE_CHANGED = "promise_changed"
    PROMISE_MISSED = "promise_missed"
    RETURN_REQUESTED = "return_requested"
    RETURN_APPROVED = "return_approved"
    RETURN_REJECTED = "return_rejected"
    RETURN_RECEIVED = "return_received"
    REFUNDED = "refunded"
    CLAIM_OPENED = "claim_opened"
    CLAIM_SETTLED = "claim_settled"
    FEEDBACK_GIVEN = "feedback_given"
    CART_CHANGED = "cart_changed"
    CAMPAIGN = "campaign"
    TEAM_REPLIED = "team_replied"  # a member of the team answers in a conversation
    CONSENT_ASKED = "consent_asked"  # a double opt-in has to be confirmed
