"""Polls of the tests: a pack's poll block, and whatever differs in a test."""

from wismo.carriers.loading import load_pack
from wismo.carriers.pack import Poll

HEAD = """
id = "acme"
name = "Acme"
time = { naive = "unknown" }
payload = [{ name = "answer", when = "no", parcel = { number = "no" } }]
"""
SIMPLE = """
[poll]
url = "https://api.example/track/{number}"
query = { lang = "{language}", v = "2" }
account = ["api_key"]
next = "meta.next"
absent_status = [404]
absent = "errors[?code=='150']"
needs = ["postcode"]
source = "acme docs"
confidence = "official"
[poll.auth]
kind = "header"
header = "X-Key"
value = "Token {api_key}"
"""
KEY = {"api_key": "s3cret"}


def poll_of(text: str) -> Poll:
    """The poll block of a pack with this one."""
    poll = load_pack("acme.toml", HEAD + text).poll
    assert poll is not None
    return poll
