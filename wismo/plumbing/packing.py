"""The bytes of payloads as they are kept for later: compressed, where that makes them smaller."""

import zlib

ZLIB = "zlib"
AS_IT_CAME = ""


def pack(body: bytes) -> tuple[bytes, str]:
    """The bytes to keep, and how they are packed (`InboxRow.packing`)."""
    packed = zlib.compress(body)
    return (packed, ZLIB) if len(packed) < len(body) else (body, AS_IT_CAME)


def plain(body: bytes | memoryview, packing: str) -> bytes:
    """The bytes as they came in, whatever `packing` says was done to them."""
    return zlib.decompress(body) if packing == ZLIB else bytes(body)
