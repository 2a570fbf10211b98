"""The REST API: orders, shipments, carts and happenings in; their state and what buyers say out."""

from wismo.api.v1.campaigns import router as campaigns
from wismo.api.v1.carts import router as carts
from wismo.api.v1.feedback import router as feedback
from wismo.api.v1.happenings import router as happenings
from wismo.api.v1.orders import router as orders
from wismo.api.v1.people import router as people
from wismo.api.v1.promises import router as promises
from wismo.api.v1.root import api
from wismo.api.v1.shipments import router as shipments

api.add_router("/orders", orders)
api.add_router("/shipments", shipments)
api.add_router("/carts", carts)
api.add_router("/happenings", happenings)
api.add_router("/buyers", people)
api.add_router("/feedback", feedback)
api.add_router("/campaigns", campaigns)
api.add_router("/promises", promises)

__all__ = ["api"]
