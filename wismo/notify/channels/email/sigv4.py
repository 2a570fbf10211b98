"""Requests to Amazon, signed by Signature Version 4. Pure.

docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs, and for which service where."""

    access_key_id: str
    secret: str = field(repr=False)
    region: str
    service: str

    def headers(
        self, method: str, url: str, body: bytes, now: datetime, extra: Mapping[str, str]
    ) -> dict[str, str]:
        """The headers to send: `extra`, and what proves them and the body. The address has no query."""
        parts, stamp = urlsplit(url), now.strftime("%Y%m%dT%H%M%SZ")
        signed = {
            **{name.lower(): value for name, value in extra.items()},
            "host": parts.netloc,
            "x-amz-date": stamp,
        }
        names = ";".join(sorted(signed))
        canonical = "\n".join((
            method,
            parts.path or "/",
            "",
            *(f"{name}:{signed[name].strip()}" for name in sorted(signed)),
            "",
            names,
            hashlib.sha256(body).hexdigest(),
        ))
        scope = f"{stamp[:8]}/{self.region}/{self.service}/aws4_request"
        text = "\n".join(("AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()))
        proof = hmac.new(self._key(stamp[:8]), text.encode(), hashlib.sha256).hexdigest()
        credential = f"AWS4-HMAC-SHA256 Credential={self.access_key_id}/{scope}"
        said = f"{credential}, SignedHeaders={names}, Signature={proof}"
        return {**extra, "X-Amz-Date": stamp, "Authorization": said}

    def _key(self, day: str) -> bytes:
        key = f"AWS4{self.secret}".encode()
        for part in (day, self.region, self.service, "aws4_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        return key
