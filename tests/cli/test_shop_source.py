"""`wismo shop source`: how the door of each kind of source is opened."""

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.makers import a_shop
from wismo.carriers.pack import AuthKind
from wismo.carriers.registry import packs
from wismo.cli.main import main
from wismo.plumbing.models import AuditRow
from wismo.shops.models import SourceSecret
from wismo.shops.queries import door, shop_key

pytestmark = pytest.mark.django_db


def source(name: str, *args: str) -> Result:
    """Run the command for a source."""
    return CliRunner().invoke(main, ["shop", "source", name, *args])


def one_of(kind: AuthKind | None) -> str:
    """A source that proves itself so; None: one that is only polled."""
    return next(name for name, pack in packs().items() if (pack.auth.kind if pack.auth else None) is kind)


def test_the_header_a_shop_chose_stays_until_it_chooses_another() -> None:
    key = shop_key(a_shop())
    assert source("delhivery", "--header", "X-Wismo-Token").exit_code == 0
    source("delhivery", "--replace")
    opened = door(key, "delhivery")
    assert opened is not None
    assert opened.header == "x-wismo-token"
    source("delhivery", "--replace", "--header", "")
    assert SourceSecret.objects.get().header == ""


@pytest.mark.parametrize("header", ["X Wismo", "X-Wismo: a", "Content-Type", "Ünicode", "X" * 61, "cookie"])
def test_a_header_that_cannot_carry_a_token_is_refused(header: str) -> None:
    a_shop()
    done = source("delhivery", "--header", header)
    assert done.stderr == f"Error: {header!r} is no header for a token; take one such as X-Wismo-Token\n"
    assert not SourceSecret.objects.exists()


def test_a_source_that_signs_takes_no_header() -> None:
    a_shop()
    done = source("aftership", "--header", "X-Mine")
    assert done.stderr == ("Error: aftership proves itself by hmac, not by a token in a header you choose\n")


def test_a_source_that_is_only_polled_has_no_door() -> None:
    a_shop()
    polled = one_of(None)
    assert source(polled).stderr == (
        f"Error: {polled} posts nothing: it can only be polled, so it needs no door\n"
    )


def test_a_token_of_the_address_stands_in_it() -> None:
    a_shop()
    secret, address = (line.split()[-1] for line in source(one_of(AuthKind.QUERY)).stdout.splitlines())
    assert address.endswith(f"?token={secret}")


def test_a_source_with_a_key_of_its_own_gives_its_public_keys() -> None:
    shop = a_shop()
    name = one_of(AuthKind.RSA)
    said = f"Error: {name} signs with a key of its own: give its public keys, as PEM or JWKS\n"
    assert [source(name).stderr, source(name, "--secret", "a secret").stderr] == [said, said]
    public = generate_private_key(public_exponent=65537, key_size=2048).public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    assert source(name, "--secret", pem).exit_code == 0
    opened = door(shop_key(shop), name)
    assert opened is not None
    assert opened.secret == pem


def test_a_door_that_is_open_is_shown_and_keeps_its_secret() -> None:
    key = shop_key(a_shop())
    source("delhivery", "--header", "X-Wismo-Token")
    before = SourceSecret.objects.get().sealed
    again = source("delhivery")
    assert (again.exit_code, again.stdout.splitlines()) == (
        0,
        [
            "already open; --replace makes a new secret, and the old one stops",
            f"address: http://127.0.0.1:8000/hooks/{key}/delhivery",
            "proved by: token in the header x-wismo-token",
        ],
    )
    for told in (("--secret", "another"), ("--header", "X-Other")):
        assert source("delhivery", *told).stderr == (
            "Error: delhivery is open already, and nothing was changed: --replace does, "
            "and its old secret stops\n"
        )
    assert SourceSecret.objects.get().sealed == before


def test_an_open_door_does_not_tell_the_secret_in_its_address() -> None:
    a_shop()
    name = one_of(AuthKind.QUERY)
    secret = source(name).stdout.splitlines()[0].split()[-1]
    again = source(name)
    assert "proved by: ?token=… at the end of the address, with its secret\n" in again.stdout
    assert secret not in again.output


def test_a_replaced_secret_is_told_and_the_audit_keeps_who_did_it() -> None:
    key = shop_key(a_shop())
    source("aftership", "--secret", "the first")
    done = source("aftership", "--replace", "--secret", "the second")
    assert done.stderr == "the old secret of aftership stops within seconds: enter the new one there\n"
    opened = door(key, "aftership")
    assert opened is not None
    assert opened.secret == "the second"
    assert list(AuditRow.objects.order_by("id").values_list("who", "did", "subject")) == [
        ("wismo shop source", "opened a door", "aftership"),
        ("wismo shop source", "changed the secret of a door", "aftership"),
    ]


@pytest.mark.parametrize(
    ("said", "near"), [("Delivery", "; did you mean delhivery? `wismo"), ("zzz", "; `wismo")]
)
def test_a_source_there_is_not_is_refused_with_those_it_may_be(said: str, near: str) -> None:
    a_shop()
    assert source(said).stderr == (
        f"Error: no source is called '{said}'{near} carriers list --level webhook` shows all that post\n"
    )
