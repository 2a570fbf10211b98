"""The characters of a document, in the encoding it names in its first lines."""

import codecs
import re

_NAMED = re.compile(rb"""(?:encoding|charset)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""")
_HEAD = 1024  # bytes at the beginning in which a document names its encoding
# A closed list: Python knows encodings that take long, or that are none.
_KNOWN = frozenset({
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "ascii", "iso8859-1", "iso8859-2", "iso8859-9", "iso8859-15",
    "cp1250", "cp1251", "cp1252", "cp1254", "koi8-r", "euc_kr", "cp949", "shift_jis", "cp932", "euc_jp",
    "iso2022_jp", "gb2312", "gbk", "gb18030", "big5",
})  # fmt: skip


class Undecodable(ValueError):
    """The bytes are not what they begin like; the message says why."""


def characters(body: bytes | str, *, errors: str = "strict") -> str:
    """The text of a document; UTF-8 where it names no encoding. `errors` is what `bytes.decode` takes.

    A text is one already, whatever encoding it names.
    """
    if isinstance(body, str):
        return body.lstrip("\ufeff \t\r\n")
    name = _encoding(body)
    try:
        return body.decode(name, errors).lstrip("\ufeff \t\r\n")
    except ValueError as error:
        raise Undecodable(f"not {name}, as its first lines say or by default: {error}") from error


def _encoding(body: bytes) -> str:
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = body[:_HEAD]
    named = _NAMED.search(head) if b"encoding" in head or b"charset" in head else None
    if named is None:
        return "utf-8"
    said = named[1].decode("ascii")
    try:
        name = codecs.lookup(said).name
    except LookupError:
        name = ""
    if name not in _KNOWN:
        raise Undecodable(f"not read: {said!r} is no encoding that carriers use")
    return name
