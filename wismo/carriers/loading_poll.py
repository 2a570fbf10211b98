"""The part of a pack that says how its carrier is asked, checked: a template that loads can be filled."""

from collections.abc import Iterable, Sequence
from typing import Any

from wismo.carriers.pack import Ask, Confidence, Poll, PollAuth, PollAuthKind, Rate
from wismo.carriers.placeholders import names_in
from wismo.carriers.schema import Table

OF_A_PARCEL = ("number", "carrier_key", "postcode", "country", "language")
_NEEDED = ("carrier_key", "postcode", "country", "language")
_EACH = "{each}"
_BODIES = ("json", "form", "text")


def load_poll(table: Table) -> Poll | None:
    """How a carrier is asked; None where the pack does not say."""
    if not table:
        return None
    account = _account(table)
    poll = Poll(
        ask=_ask(table, account),
        register=_registration(table.table("register"), account) if "register" in table else None,
        account=account,
        needs=_needs(table),
        next=table.getter("next") if "next" in table else None,
        absent_status=frozenset(table.wholes("absent_status")),
        absent=table.getter("absent") if "absent" in table else None,
        names_number=table.flag("names_number", default=True),
        rate=_rate(table.table("rate")),
        auth=_auth(table.table("auth"), account),
        source=table.text("source"),
        confidence=table.word("confidence", Confidence),
    )
    if poll.ask.batch > 1 and not poll.names_number:
        raise table.error(
            "batch", "an answer that does not say whose it is speaks of one number; leave it out"
        )
    table.text("note", "")
    table.close()
    return poll


def _account(table: Table) -> tuple[str, ...]:
    account = table.texts("account")
    for name in sorted({*OF_A_PARCEL, "numbers", "each", "token"} & set(account)):
        raise table.error(
            "account", f"{name!r} is a placeholder of its own; name it otherwise, as api_{name}"
        )
    return account


def _registration(table: Table, account: Sequence[str]) -> Ask:
    ask = _ask(table, account)
    table.close()
    return ask


def _ask(table: Table, account: Sequence[str]) -> Ask:
    bodies = [body for body in _BODIES if body in table]
    if len(bodies) > 1:
        raise table.error(bodies[1], f"a request has one body; keep {bodies[1]} or {bodies[0]}")
    ask = Ask(
        method=table.one_of("method", ("GET", "POST", "PUT"), "GET"),
        url=_url(table, "url"),
        query=table.texts_by_name("query"),
        headers=table.texts_by_name("headers"),
        json=table.value("json"),
        each=table.value("each"),
        form=table.texts_by_name("form"),
        text=table.text("text", ""),
        content_type=table.text("content_type") if "text" in table else "",
        batch=table.whole("batch", 1),
        join=table.text("join", ","),
    )
    _check_names(table, ask, {*OF_A_PARCEL, "numbers", *account})
    return ask


def _check_names(table: Table, ask: Ask, known: set[str]) -> None:
    """Refuse what could not be filled, or would be filled by one number where it goes for several."""
    once = {"url": ask.url, "query": ask.query, "headers": ask.headers, "form": ask.form, "text": ask.text}
    once["json"] = ask.json
    has_each = _holds_each(ask.json)
    if has_each != (ask.each is not None):
        raise table.error("each", f'json = {{ … = "{_EACH}" }} and each = {{ … }} go together; write both')
    for key, value in [*once.items(), ("each", ask.each)]:
        _refuse_unknown(table, key, names_in(value), known | ({"each"} if key == "json" else set()))
    used = {name for value in once.values() for name in names_in(value)}
    single = used & {"number", "carrier_key", "postcode", "country"}
    if ask.batch > 1 and single:
        raise table.error(
            "batch", f"{{{min(single)}}} speaks of one number; put it into each, or use {{numbers}}"
        )
    if not {"number", "numbers", "each"} & used:
        raise table.error("url", "the request names no number; write {number} or {numbers} where it goes")


def _holds_each(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_each, value.values()))
    if isinstance(value, list):
        return any(map(_holds_each, value))
    return bool(value == _EACH)


def _refuse_unknown(table: Table, key: str, names: Iterable[str], known: set[str]) -> None:
    for name in names:
        if name not in known:
            raise table.error(
                key, f"{{{name}}} is no placeholder here; use one of {', '.join(sorted(known))}, "
                "or add its name to account"
            )  # fmt: skip


def _url(table: Table, key: str) -> str:
    url = table.text(key)
    if not url.startswith(("https://", "http://")):
        raise table.error(key, f"{url!r} is not an address; begin it with https://")
    return url


def _needs(table: Table) -> tuple[str, ...]:
    needs = table.texts("needs")
    for name in needs:
        if name not in _NEEDED:
            raise table.error("needs", f"{name!r} is not known of a shipment; use {', '.join(_NEEDED)}")
    return needs


def _rate(table: Table) -> Rate:
    rate = Rate(
        per_second=table.positive("per_second", 1.0),
        per_day=table.whole("per_day", 0) or None if "per_day" in table else None,
    )
    table.close()
    return rate


def _auth(table: Table, account: Sequence[str]) -> PollAuth:
    kind = table.word("kind", PollAuthKind)
    by_token, login = kind.by_token, kind is PollAuthKind.LOGIN
    shown = kind in {PollAuthKind.HEADER, PollAuthKind.QUERY}
    named = kind in {PollAuthKind.BASIC, PollAuthKind.OAUTH2}
    auth = PollAuth(
        kind=kind,
        header=table.text("header", "Authorization"),
        parameter=table.text("parameter") if kind is PollAuthKind.QUERY else "",
        value=table.text("value", "Bearer {token}" if by_token else None) if shown or by_token else "",
        username=table.text("username", "{client_id}" if by_token else None) if named else "",
        password=table.text("password", "{client_secret}" if by_token else None) if named else "",
        token_url=_url(table, "token_url") if by_token else "",
        scope=table.text("scope", ""),
        style=table.one_of("style", ("body", "basic"), "body"),
        json=table.value("json") if login else None,
        token=table.getter("token") if login else None,
        seconds=table.whole("seconds", 300) if by_token else 0,
    )
    for key in ("value", "username", "password", "token_url", "scope", "json"):
        known = {*account} | ({"token"} if by_token and key == "value" else set())
        _refuse_unknown(table, key, names_in(getattr(auth, key)), known)
    table.text("note", "")
    table.close()
    return auth
