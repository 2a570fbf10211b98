"""A shop system with a key."""

import json
from typing import Any

from django.test import Client

from wismo.shops.actions import issue_api_key


class Caller:
    """Calls the REST API for one shop."""

    def __init__(self, shop_id: int, client: Client) -> None:
        self.shop_id = shop_id
        self.key = issue_api_key(shop_id, "test")
        self.client = client

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        answer = self.client.generic(
            method,
            f"/api/v1/{path}",
            body if isinstance(body, str) else "" if body is None else json.dumps(body),
            content_type="application/json",
            headers={"authorization": f"Bearer {self.key}"},
        )
        return answer.status_code, answer.json()
