"""The REST API: orders and shipments in, their state out."""

from wismo.api.v1.orders import router as orders
from wismo.api.v1.root import api
from wismo.api.v1.shipments import router as shipments

api.add_router("/orders", orders)
api.add_router("/shipments", shipments)

__all__ = ["api"]
