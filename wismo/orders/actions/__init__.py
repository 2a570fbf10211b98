"""Every write to orders, buyers and carts."""

from wismo.orders.actions.buyers import Contact, keep_contacts
from wismo.orders.actions.carts import KeptCart, keep_carts
from wismo.orders.actions.orders import Kept, hold_orders, keep_orders

__all__ = ("Contact", "Kept", "KeptCart", "hold_orders", "keep_carts", "keep_contacts", "keep_orders")
