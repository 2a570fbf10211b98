"""Asking carriers through Karrio's connectors: the only module that imports Karrio, once it is asked.

Karrio writes the request and finds the way in: addresses, envelopes, tokens. What the carrier answers is
handed on as it came; Karrio's parsers, which drop offsets and guess at statuses, are never called. Every
request leaves by the house's own door: Karrio's waits for ever and, for the whole process, trusts any
certificate.
"""

import logging
import ssl
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from types import ModuleType
from typing import Any, Protocol

from wismo.carriers import directory
from wismo.carriers.karrio.answers import each, judged
from wismo.carriers.karrio.connectors import Connector, connectors
from wismo.carriers.port import Account, Answer, Asked, Outcome, Terms

Values = tuple[tuple[str, str], ...]  # of an account, by name

_ACCOUNTS = 64  # whose tokens are kept
_CHECKED = ssl._create_default_https_context  # as it was before Karrio, which two threads may load at once
_OUTCOMES = {
    401: Outcome.DENIED,
    403: Outcome.DENIED,
    404: Outcome.ABSENT,
    408: Outcome.FAILED,
    410: Outcome.ABSENT,
    429: Outcome.BUSY,
}


class NotInstalled(Exception):
    """Karrio, or a connector of it, is not there; the message says how to add it."""


class Reply(Protocol):
    """An answer, read whole. Headers are by lower-case name."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers."""

    @property
    def body(self) -> bytes:
        """The body."""


class Door(Protocol):
    """The one way out: makes a request, and raises where there is no answer."""

    def __call__(self, method: str, url: str, *, headers: Mapping[str, str], body: bytes) -> Reply:
        """Make the request."""


class _Refusal(Exception):
    """A carrier answered with an HTTP status that is none of success."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"it answered {reply.status}")
        self.reply = reply


class KarrioFetcher:
    """The fetcher of every source "karrio:<connector>" (see `wismo.carriers.port.Fetcher`); one a process.

    `door` makes the requests, and raises `no_answer`, whose words may be shown, where there is none; `wait`
    reads from an answer's headers how long it asks to wait.
    """

    def __init__(
        self,
        door: Door,
        no_answer: type[Exception],
        wait: Callable[[Mapping[str, str]], timedelta | None],
    ) -> None:
        self._door = door
        self._no_answer = no_answer
        self._wait = wait
        self._gateway = lru_cache(_ACCOUNTS)(self._connect)

    def terms(self, source: str) -> Terms | None:
        """The terms of a connector; None where there is none of that name."""
        connector = connectors().get(source)
        return Terms(rate=connector.rate, batch=connector.batch) if connector else None

    def serves(self, source: str, carrier: str) -> bool:
        """Whether the connector is the carrier's, by any id it goes by."""
        connector, known = connectors().get(source), directory.carrier(carrier)
        return connector is not None and connector.carrier in {carrier, known.id if known else ""}

    def register(self, account: Account, parcels: Sequence[Asked]) -> list[Answer]:
        """No connector registers numbers."""
        return []

    def fetch(self, account: Account, parcels: Sequence[Asked]) -> list[Answer]:
        """Ask about these parcels."""
        connector = connectors()[account.source]
        numbers = tuple(parcel.number for parcel in parcels)
        lacking = [name for name in connector.account if not account.values.get(name)]
        if lacking:
            said = f"the account lacks {', '.join(lacking)}; enter it for {account.source}"
            return [Answer(numbers, Outcome.DENIED, said=said, requests=0)]
        values = tuple((name, account.values[name]) for name in connector.account)
        try:
            told = list(each(self.ask(connector, values, numbers).value))
        except _Refusal as refusal:
            return [self._refused(connector, numbers, refusal.reply)]
        except NotInstalled as error:
            return [Answer(numbers, Outcome.DENIED, said=str(error), requests=0)]
        except self._no_answer as error:
            return [Answer(numbers, Outcome.FAILED, said=f"{connector.name}: {error}")]
        except Exception as error:  # whatever a connector trips over; its words may hold secrets
            said = f"{connector.name} could not be asked: {type(error).__name__}"
            return [Answer(numbers, Outcome.FAILED, said=said)]
        return [judged(connector, numbers, told, account.values.values())]

    def ask(self, connector: Connector, values: Values, numbers: Sequence[str]) -> Any:
        """Karrio's own answer, the carrier's as its `value`; NotInstalled where Karrio is not there."""
        mapper, proxy = self._gateway(connector.module, values)
        request = import_module("karrio.core.models").TrackingRequest(tracking_numbers=list(numbers))
        return proxy.get_tracking(mapper.create_tracking_request(request))

    def parsed(self, connector: Connector, values: Values, answer: Any) -> int:
        """How many events Karrio's own parser finds in an answer of `ask`. For comparison only."""
        mapper, _proxy = self._gateway(connector.module, values)
        details, _messages = mapper.parse_tracking_response(answer)
        return sum(len(one.events) for one in details)

    def _refused(self, connector: Connector, numbers: tuple[str, ...], reply: Reply) -> Answer:
        broken = reply.status >= 500
        outcome = _OUTCOMES.get(reply.status, Outcome.FAILED if broken else Outcome.REFUSED)
        if outcome is Outcome.DENIED:
            self._gateway.cache_clear()  # its token with it
        said = "" if outcome is Outcome.ABSENT else f"{connector.name} answered {reply.status}"
        wait = self._wait(reply.headers) if outcome in {Outcome.BUSY, Outcome.FAILED} else None
        return Answer(numbers, outcome, said=said, retry_after=wait)

    def _connect(self, module: str, values: Values) -> tuple[Any, Any]:
        """A connector's writer of requests and its sender, for one account."""
        karrio = _karrio(module, self._open)
        settings: Any = karrio.Settings(**dict(values))
        settings.tracer = _Silent()
        settings.cache = import_module("karrio.core.utils").Cache()
        settings.system_config = import_module("karrio.core.utils").SystemConfig()
        return karrio.Mapper(settings), karrio.Proxy(settings)

    def _open(self, request: Any, timeout: float | None = None) -> "_Response":
        """What Karrio takes for `urllib.request.urlopen`; `timeout` is the door's business."""
        headers = {name: value for name, value in request.header_items() if name != "Host"}
        body = request.data or b""
        reply = self._door(request.get_method(), request.full_url, headers=headers, body=body)
        if reply.status >= 400:
            raise _Refusal(reply)
        return _Response(reply)


class _Response(BytesIO):
    """An answer in the shape of urllib's."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.body)
        self.status, self.headers = reply.status, reply.headers


class _Silent:
    """In the place of Karrio's tracer, which keeps every request with its credentials."""

    def with_metadata(self, _metadata: Any) -> Callable[..., None]:
        """The function that would keep a record."""
        return lambda *_told, **_more: None


def require(source: str) -> None:
    """NotInstalled where Karrio, or the connector of a source "karrio:<connector>", is not there."""
    _require(connectors()[source].module)


def _require(module: str) -> None:
    if find_spec("karrio") is None or find_spec(f"karrio.mappers.{module}") is None:
        raise NotInstalled("the Karrio extra is not installed: pip install 'wismo[karrio]'")


def _karrio(module: str, door: Callable[..., Any]) -> ModuleType:
    """A connector's module, quiet, with its requests going out by our door."""
    _require(module)
    try:
        # Both would write requests and tokens as they are.
        import_module("loguru").logger.disable("karrio")
        logging.getLogger("jstruct").setLevel(logging.CRITICAL)
        helpers: Any = import_module("karrio.core.utils.helpers")
        helpers.urlopen = door
        return import_module(f"karrio.mappers.{module}")
    finally:
        ssl._create_default_https_context = _CHECKED
