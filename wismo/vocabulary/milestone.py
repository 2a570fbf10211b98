"""The points of the journey a shopper cares about."""

from enum import StrEnum


class Milestone(StrEnum):
    """What a journey can hang on. The order of the members is the order of the journey."""

    ORDER_CONFIRMED = "order_confirmed"
    PACKED = "packed"
    SHIPMENT_CREATED = "shipment_created"
    PICKED_UP = "picked_up"
    IN_TRANSIT = "in_transit"
    CUSTOMS = "customs"
    ARRIVED_LOCAL = "arrived_local"
    OUT_FOR_DELIVERY = "out_for_delivery"
    FAILED_ATTEMPT = "failed_attempt"
    AVAILABLE_FOR_PICKUP = "available_for_pickup"
    DELIVERED = "delivered"
    ALL_DELIVERED = "all_delivered"
    DELAYED = "delayed"
    STALLED = "stalled"
    EXCEPTION = "exception"
    RETURN_STARTED = "return_started"
    RETURNED = "returned"
