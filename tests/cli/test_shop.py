"""Setting up a shop, its people and its keys, as an operator types it."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import authenticate

from tests.cli.test_commands import wismo
from tests.makers import a_shop
from wismo.notify.wording.texts import all_texts
from wismo.shops.models import ApiKey, Brand, Member, Shop
from wismo.shops.queries import brand_of, logo_of, shop_of_api_key
from wismo.shops.rules import tag_of

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 100
OPEN = ("shop", "open", "halden", "--name", "Halden & Rue")


@pytest.mark.parametrize(
    ("option", "value", "problem"),
    [
        ("--colour", "#123", "colour: '#123' is not a colour such as #1f5d4c"),
        (
            "--from-email",
            "Halden <a@b.example>",
            "from_email: 'Halden <a@b.example>' is not a bare e-mail addr",
        ),
        (
            "--support-email",
            "a@b.example\nBcc: c@d.example",
            "support_email: 'a@b.example\\nBcc: c@d.example' is",
        ),
        ("--language", "tlh", "languages: 'tlh' is not one or more of en, ja, ko, hi, ar, "),
        ("--returns-url", "javascript:alert(1)", "returns_url: 'javascript:alert(1)' is not a web address"),
        ("--timezone", "Mars/Base", "timezone: 'Mars/Base' is not a zone such as Europe/Berlin"),
        ("--country", "ZZ", "country: 'ZZ' is not an ISO 3166 code such as DE"),
    ],
)
def test_a_shop_that_no_page_could_show_is_not_opened(option: str, value: str, problem: str) -> None:
    done = wismo(*OPEN, "--country", "DE", option, value)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"Error: {problem}")
    assert not Shop.objects.exists()


def test_all_that_is_wrong_with_a_shop_is_said_at_once() -> None:
    done = wismo("shop", "open", "Halden Rue", "--name", " ", "--country", "DE", "--colour", "green")
    assert done.exit_code == 1
    assert [part.partition(":")[0] for part in done.stderr.removeprefix("Error: ").split("; ")] == [
        "slug",
        "name",
        "colour",
    ]


def test_a_shop_keeps_its_countrys_time_or_is_told_that_it_has_none() -> None:
    assert "time zones" not in wismo(*OPEN, "--country", "DE").stdout
    assert Shop.objects.get().timezone == "Europe/Berlin"
    done = wismo("shop", "open", "dock", "--name", "Dock", "--country", "US")
    assert done.stdout.splitlines()[0] == (
        "US has several time zones: UTC is used until wismo shop brand --timezone"
    )
    assert wismo("shop", "brand", "--shop", "dock", "--timezone", "America/Chicago").exit_code == 0
    assert Shop.objects.get(slug="dock").timezone == "America/Chicago"


def test_a_brand_is_changed_where_it_is_told_and_stays_elsewhere(tmp_path: Path) -> None:
    shop, logo = a_shop(), tmp_path / "logo.png"
    logo.write_bytes(PNG)
    done = wismo(
        "shop", "brand", "--colour", "#AA3311", "--language", "ko", "--language", "en",
        "--from-email", "post@halden.example", "--privacy-url", "https://halden.example/p",
        "--logo", str(logo),
    )  # fmt: skip
    assert done.stdout == "changed: colour, from_email, languages, logo, privacy_url\n"
    brand = brand_of(shop)
    assert (brand.name, brand.colour, brand.languages) == ("Halden & Rue", "#AA3311", ("ko", "en"))
    assert (brand.from_email, brand.privacy_url) == ("post@halden.example", "https://halden.example/p")
    assert logo_of(shop) == (PNG, "image/png")
    assert wismo("shop", "brand").exit_code == 1


def test_every_language_of_the_pages_can_be_offered_and_is_kept_as_the_messages_are_tagged() -> None:
    shop = a_shop()
    tags = [tag_of(code) for code, _ in settings.LANGUAGES]
    assert {"zh-Hans", "zh-Hant", "tr", "id", "th", "vi"} <= set(tags)
    assert set(tags) <= set(all_texts())
    done = wismo("shop", "brand", *(word for tag in tags for word in ("--language", tag)))
    assert done.stdout == "changed: languages\n"
    assert brand_of(shop).languages == tuple(tags)


@pytest.mark.parametrize("content", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", PNG + b"\x00" * 60 * 1024])
def test_a_logo_is_a_small_picture_that_runs_nothing(content: bytes, tmp_path: Path) -> None:
    a_shop()
    logo = tmp_path / "logo.png"
    logo.write_bytes(content)
    done = wismo("shop", "brand", "--logo", str(logo))
    assert done.stderr == "Error: logo: must be a PNG, JPEG or WebP picture of at most 60 KB\n"
    assert Brand.objects.get().logo is None


def test_a_known_person_keeps_their_password_until_it_is_changed() -> None:
    first, second = (
        {"WISMO_MEMBER_PASSWORD": "a long enough one"},
        {"WISMO_MEMBER_PASSWORD": "quite another one"},
    )
    a_shop("one")
    a_shop("two")
    wismo("shop", "member", "ines@example.com", "--shop", "one", env=first)
    seated = wismo("shop", "member", "Ines@example.com", "--shop", "two", "--role", "agent", env=second)
    assert seated.stdout == (
        "Ines@example.com is agent now; the password stays as it was (wismo shop password changes it)\n"
    )
    assert authenticate(username="ines@example.com", password="a long enough one") is not None
    assert wismo("shop", "password", "ines@example.com", env=second).exit_code == 0
    assert authenticate(username="ines@example.com", password="a long enough one") is None
    assert authenticate(username="ines@example.com", password="quite another one") is not None
    assert wismo("shop", "password", "nobody@example.com", env=second).stderr == (
        "Error: nobody has the address nobody@example.com\n"
    )
    assert (
        wismo("shop", "password", "ines@example.com", env={"WISMO_MEMBER_PASSWORD": "short"}).exit_code == 1
    )


def test_a_seat_is_taken_away_from_this_team_alone() -> None:
    for slug in ("one", "two"):
        a_shop(slug)
        env = {"WISMO_MEMBER_PASSWORD": "a long enough one"}
        wismo("shop", "member", "ines@example.com", "--shop", slug, env=env)
    assert wismo("shop", "member", "ines@example.com", "--shop", "one", "--remove").exit_code == 0
    assert list(Member.objects.values_list("shop__slug", flat=True)) == ["two"]
    again = wismo("shop", "member", "ines@example.com", "--shop", "one", "--remove")
    assert again.stderr == "Error: ines@example.com has no seat on this team\n"


def test_a_revoked_key_opens_nothing_and_the_others_still_do() -> None:
    shop = a_shop()
    old, new = (wismo("shop", "key").stdout.strip() for _ in range(2))
    assert wismo("shop", "key", "--revoke", old).stdout == f"{old[:12]} opens nothing any more\n"
    assert (shop_of_api_key(old), shop_of_api_key(new)) == (None, shop)
    wrong = wismo("shop", "key", "--revoke", "wismo_000000")
    assert wrong.stderr == f"Error: no key begins with 'wismo_000000'; keys in use: {new[:12]}\n"
    assert ApiKey.objects.count() == 2
