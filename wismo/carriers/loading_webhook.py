"""The part of a pack that says how its webhooks are authenticated, checked."""

from wismo.carriers.pack import Auth, AuthKind, Confidence, Over
from wismo.carriers.schema import Table

_UNVERIFIED = "unverified"
_DIGESTS = ("md5", "sha1", "sha256", "sha512")
_NAMED_BY_ITSELF = {AuthKind.BASIC: "authorization", AuthKind.QUERY: ""}


def load_webhook(table: Table) -> tuple[Auth | None, tuple[str, ...]]:
    """How a webhook is authenticated, and the headers kept with it; None for a pack that is only polled."""
    if not table:
        return None, ()
    auth = _auth(table.table("auth"))
    keep = _keep_headers(table, auth)
    table.close()
    return auth, keep


def _auth(table: Table) -> Auth:
    kind = table.word("kind", AuthKind)
    over = table.word("over", Over, Over.BODY)
    timed = over in {Over.TIMESTAMP, Over.BOTH} or kind is AuthKind.RSA
    auth = Auth(
        kind=kind,
        header=table.text("header", _NAMED_BY_ITSELF.get(kind)).lower(),
        parameter=table.text("parameter", "token") if kind is AuthKind.QUERY else "",
        digest=table.one_of("digest", _DIGESTS, "sha256"),
        encoding=table.one_of("encoding", ("hex", "base64"), "base64" if kind is AuthKind.RSA else "hex"),
        prefix=table.text("prefix", ""),
        normalise=table.one_of("normalise", ("none", "NFKD"), "none"),
        over=over,
        fields=_fields(table) if over is Over.FIELDS else (),
        timestamp_header=table.text("timestamp_header").lower() if timed else "",
        key_id_header=table.text("key_id_header", "").lower() if kind is AuthKind.RSA else "",
        joint=table.text("joint", "/") if kind is AuthKind.HASH else "",
        confidence=table.one_of("confidence", [*Confidence, _UNVERIFIED]),
    )
    table.text("note", "")
    table.text("source", "")
    table.close()
    return auth


def _fields(table: Table) -> tuple[str, ...]:
    fields = table.texts("fields")
    if not fields:
        raise table.error("fields", "is missing; name the fields of the body that are signed, in their order")
    return fields


def _keep_headers(table: Table, auth: Auth) -> tuple[str, ...]:
    headers = tuple(header.lower() for header in table.texts("keep_headers"))
    for secret in {auth.header, "authorization", "cookie"} & set(headers):
        raise table.error("keep_headers", f"{secret!r} carries a secret, which is never kept; leave it out")
    return headers
