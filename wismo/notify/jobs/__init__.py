"""What the workers do with messages."""

from wismo.notify.jobs.dispatch import dispatch, dispatch_marketing
from wismo.notify.jobs.reconcile import reconcile

__all__ = ("dispatch", "dispatch_marketing", "reconcile")
