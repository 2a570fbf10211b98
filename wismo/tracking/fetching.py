"""Asks a carrier as its pack says. Touches no database: it runs in threads, beside those of slow carriers."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http import HTTPStatus

from django.utils import timezone

from wismo.carriers import registry
from wismo.carriers.envelopes import lay_around
from wismo.carriers.pack import Pack, Poll
from wismo.carriers.polling import (
    Parcel,
    PollError,
    Request,
    is_absent,
    next_request,
    poll_request,
    register_request,
    token_of,
    token_request,
)
from wismo.carriers.port import Account, Answer, Asked, Outcome, Terms
from wismo.carriers.serving import key_for, serves
from wismo.plumbing import http
from wismo.plumbing.http import NoAnswer, Reply

PAGES = 20  # of one answer
TALK = 120.0  # seconds for all requests of one turn, whose lease outlasts them
EARLY = 60  # seconds before its end a token is renewed
EXCERPT = 160  # characters of what a carrier said that stand in an error
_REFUSED_CREDENTIALS = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
# Of the 4xx those that say nothing about the number that was asked for.
_NOT_THE_NUMBER = frozenset({
    HTTPStatus.FORBIDDEN,
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
    HTTPStatus.REQUEST_TIMEOUT,
})
# What the next request would hear too: to go on would take long, and be one refusal after the other.
_NOT_NOW = frozenset({Outcome.BUSY, Outcome.DENIED, Outcome.FAILED})
Build = Callable[[str], Request]  # token -> request


class _Stop(Exception):
    """The conversation ends here, with this outcome."""

    def __init__(self, outcome: Outcome, said: str, retry_after: timedelta | None = None) -> None:
        super().__init__(said)
        self.outcome, self.said, self.retry_after = outcome, said, retry_after


class PackFetcher:
    """The fetcher of every source whose pack has a poll block. Tokens are kept in memory, while they last."""

    def __init__(self) -> None:
        self._tokens = _Tokens()

    def terms(self, source: str) -> Terms | None:
        """As the pack's poll block has them."""
        poll = _poll_of(source)
        if poll is None:
            return None
        needs = tuple(name for name in poll.needs if name != "carrier_key")  # `serves` sees to that one
        return Terms(poll.rate, poll.ask.batch, needs, registers=poll.register is not None)

    def serves(self, source: str, carrier: str) -> bool:
        """A carrier its own parcels, an aggregator those of each carrier it is known to read."""
        pack = registry.pack(source)
        return pack is not None and serves(pack, carrier)

    def fetch(self, account: Account, parcels: Sequence[Asked]) -> list[Answer]:
        """Ask about all of them in one request, and turn the pages of the answer."""
        pack, poll = registry.pack(account.source), _poll_of(account.source)
        if pack is None or poll is None:
            return [_no_poll(account, parcels)]
        told = [_parcel(pack, parcel) for parcel in parcels]
        talk = _Talk(account, poll, self._tokens, time.monotonic() + TALK)
        answer = talk.about(parcels, lambda token: poll_request(poll, account.values, told, token), PAGES)
        return [answer if poll.names_number else _in_envelopes(pack, answer)]

    def register(self, account: Account, parcels: Sequence[Asked]) -> list[Answer]:
        """Tell the source the numbers, as many in one request as it takes. What it answers is not read."""
        pack, poll = registry.pack(account.source), _poll_of(account.source)
        if pack is None or poll is None or poll.register is None:
            return [_no_poll(account, parcels)]
        size, answers, until = poll.register.batch, [], time.monotonic() + TALK
        for start in range(0, len(parcels), size):
            some = parcels[start : start + size]
            told = [_parcel(pack, parcel) for parcel in some]
            talk = _Talk(account, poll, self._tokens, until)
            answer = talk.about(some, _registration(poll, account.values, told), pages=1)
            answers.append(answer)
            if answer.outcome in _NOT_NOW and (rest := parcels[start + size :]):
                numbers = tuple(parcel.number for parcel in rest)
                return [*answers, replace(answer, numbers=numbers, requests=0)]
        return answers


def _poll_of(source: str) -> Poll | None:
    pack = registry.pack(source)
    return pack.poll if pack else None


def _no_poll(account: Account, parcels: Sequence[Asked]) -> Answer:
    numbers = tuple(parcel.number for parcel in parcels)
    return Answer(numbers, Outcome.FAILED, said=f"the pack of {account.source} does not say how it is asked")


def _registration(poll: Poll, values: Mapping[str, str], told: Sequence[Parcel]) -> Build:
    return lambda token: register_request(poll, values, told, token)


def _in_envelopes(pack: Pack, answer: Answer) -> Answer:
    """The answer about one number with that number around it; and the day, where its times have no year."""
    on = timezone.now().date() if pack.time.without_year else None
    return replace(answer, bodies=tuple(lay_around(body, answer.numbers[0], on) for body in answer.bodies))


def _parcel(pack: Pack, parcel: Asked) -> Parcel:
    return Parcel(
        number=parcel.number,
        carrier_key=key_for(pack, parcel.carrier),
        postcode=parcel.postcode,
        country=parcel.country,
        language=parcel.language,
    )


@dataclass(slots=True)
class _Talk:
    """One conversation with a source: a token if it wants one, a request, the pages of its answer."""

    account: Account
    poll: Poll
    tokens: "_Tokens"
    until: float  # of time.monotonic(); what is not answered by then is no answer
    requests: int = 0

    def about(self, parcels: Sequence[Asked], build: Build, pages: int) -> Answer:
        """What came of it. Never raises for what the source did."""
        numbers = tuple(parcel.number for parcel in parcels)
        try:
            lacking = [name for name in self.poll.account if not self.account.values.get(name)]
            if lacking:
                raise _Stop(Outcome.DENIED, f"the account lacks {', '.join(lacking)}")  # noqa: TRY301
            bodies = self.bodies(build, pages)
        except _Stop as stop:
            said = _without(self.account.values, stop.said)
            return Answer(numbers, stop.outcome, (), said, stop.retry_after, self.requests)
        except NoAnswer as error:
            return Answer(numbers, Outcome.FAILED, (), str(error), None, self.requests)
        except PollError as error:
            outcome = Outcome.FAILED if self.requests else Outcome.REFUSED
            return Answer(
                numbers, outcome, (), _without(self.account.values, str(error)), None, self.requests
            )
        return Answer(numbers, Outcome.TOLD, bodies, requests=self.requests)

    def bodies(self, build: Build, pages: int) -> tuple[bytes, ...]:
        """Every page of the answer; _Stop where it is none."""
        sent, reply = self._ask(build)
        self._check(reply)
        read = [reply.body]
        while len(read) < pages and (further := next_request(self.poll, sent, reply.body)) is not None:
            sent, reply = further, self._send(further)
            self._check(reply)
            read.append(reply.body)
        return tuple(read)

    def _ask(self, build: Build) -> tuple[Request, Reply]:
        if not self.poll.auth.kind.by_token:
            sent = build("")
            return sent, self._send(sent)
        token = self.tokens.of(self.account, self._new_token)
        sent = build(token)
        reply = self._send(sent)
        if reply.status == HTTPStatus.UNAUTHORIZED:  # it may have been withdrawn before its time: once more
            self.tokens.forget(self.account, token)
            sent = build(self.tokens.of(self.account, self._new_token))
            reply = self._send(sent)
        return sent, reply

    def _new_token(self) -> tuple[str, int]:
        reply = self._send(token_request(self.poll, self.account.values))
        if reply.status in _REFUSED_CREDENTIALS:
            raise _Stop(Outcome.DENIED, f"no token for this account: {_words(reply)}")
        if reply.status != HTTPStatus.OK:
            raise _fault(reply)
        token = token_of(self.poll, reply.body)
        return token.text, token.seconds

    def _send(self, request: Request) -> Reply:
        self.requests += 1
        return http.send(
            request.method, request.url, headers=request.headers, body=request.body, until=self.until
        )

    def _check(self, reply: Reply) -> None:
        """_Stop where the reply is not an answer about the parcels."""
        if is_absent(self.poll, reply.status, reply.body):
            raise _Stop(Outcome.ABSENT, "")
        if not HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES:
            raise _fault(reply)
        if not reply.body:
            raise _Stop(Outcome.ABSENT, "")


def _fault(reply: Reply) -> _Stop:
    """What an answer other than 2xx means for those that were asked about, and for the account."""
    status, wait = reply.status, http.retry_after(reply.headers, timezone.now())
    if status == HTTPStatus.TOO_MANY_REQUESTS or (
        status == HTTPStatus.SERVICE_UNAVAILABLE and wait is not None
    ):
        return _Stop(Outcome.BUSY, _words(reply), wait)
    if status == HTTPStatus.UNAUTHORIZED:
        return _Stop(Outcome.DENIED, f"the account is not accepted: {_words(reply)}")
    the_number = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    refused = the_number and status not in _NOT_THE_NUMBER
    return _Stop(Outcome.REFUSED if refused else Outcome.FAILED, _words(reply))


def _words(reply: Reply) -> str:
    """The status and the beginning of what was said, on one line."""
    said = " ".join(reply.body[: EXCERPT * 4].decode("utf-8", "replace").split())
    printable = "".join(letter for letter in said if letter.isprintable())[:EXCERPT]
    return (
        f"HTTP {reply.status}: {printable}" if printable and "<" not in printable else f"HTTP {reply.status}"
    )


def _without(values: Mapping[str, str], said: str) -> str:
    """The words without the account's secrets, which some sources repeat."""
    for value in sorted(filter(None, values.values()), key=len, reverse=True):
        said = said.replace(value, "[cut]")
    return said


@dataclass(slots=True)
class _Kept:
    text: str
    good_until: float  # of time.monotonic()


@dataclass(slots=True)
class _Tokens:
    """Access tokens by account, each asked for by one thread while the others that need it wait."""

    _kept: dict[tuple[int, str], tuple[str, _Kept]] = field(default_factory=dict)
    _busy: dict[tuple[int, str], threading.Lock] = field(default_factory=lambda: defaultdict(threading.Lock))
    _all: threading.Lock = field(default_factory=threading.Lock)

    def of(self, account: Account, ask: Callable[[], tuple[str, int]]) -> str:
        """The account's token, asked for where there is none that is still good."""
        key = (account.shop_id, account.source)
        with self._all:
            busy = self._busy[key]
        with busy:
            version, kept = self._kept.get(key, ("", _Kept("", 0.0)))
            if version != account.version or time.monotonic() >= kept.good_until:
                text, seconds = ask()
                kept = _Kept(text, time.monotonic() + max(seconds - EARLY, seconds / 2))
                self._kept[key] = (account.version, kept)
            return kept.text

    def forget(self, account: Account, token: str) -> None:
        """This token was refused; one that another thread got meanwhile stays."""
        key = (account.shop_id, account.source)
        version, kept = self._kept.get(key, ("", _Kept("", 0.0)))
        if version == account.version and kept.text == token:
            self._kept.pop(key, None)
