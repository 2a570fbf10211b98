"""Every address of the house, and a constant one behind the same middleware."""

from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def constant(_request: HttpRequest) -> JsonResponse:
    """Read nothing, keep nothing, answer 202."""
    return JsonResponse({"receipt": "0" * 24}, status=202)


urlpatterns = [
    path("bench/constant", constant),
    path("", include("wismo.config.urls")),
]
