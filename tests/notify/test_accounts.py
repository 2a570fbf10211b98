"""A shop's accounts at the providers of channels."""

import pytest

from tests.notify.replying import META, TWILIO, a_shop_with
from tests.notify.rows import NOON, make_shop
from wismo.notify.actions.accounts import pause_account, remove_account, resume_account, set_account
from wismo.notify.models import ChannelAccount
from wismo.notify.queries.accounts import account_behind, accounts_of
from wismo.plumbing.models import AuditRow

pytestmark = pytest.mark.django_db
WHO = "ines@halden.example"


def test_what_a_provider_is_asked_with_is_sealed_and_never_shown() -> None:
    shop = make_shop()
    assert set_account(shop.pk, "twilio_sms", {**TWILIO, "auth_token": " s3cret "}, who=WHO, now=NOON)
    facts, house = accounts_of([shop.pk])
    assert facts.account.values["auth_token"] == "s3cret"
    assert "s3cret" not in ChannelAccount.objects.get().sealed
    assert "s3cret" not in repr(facts)
    assert (house.id, house.account.provider, dict(house.account.values)) == (None, "smtp", {})
    assert list(AuditRow.objects.values_list("who", "did", "subject")) == [
        (WHO, "set a channel account", "twilio_sms")
    ]
    assert not set_account(shop.pk, "twilio_sms", TWILIO, who=WHO, now=NOON)


def test_its_provider_is_told_where_to_call_back() -> None:
    shop = a_shop_with("twilio_sms")
    (facts, _house) = accounts_of([shop.pk])
    assert facts.account.values["callback_url"] == f"http://127.0.0.1:8000/hooks/{shop.key}/twilio_sms"


def test_mail_leaves_by_the_house_until_the_shop_has_its_own_account() -> None:
    shop, other = make_shop(), make_shop("other")
    set_account(shop.pk, "resend", {"api_key": "re_1"}, who=WHO, now=NOON)
    pause_account(shop.pk, "resend", who=WHO, now=NOON)  # a pause is meant: the house does not step in
    told = [(facts.account.shop_id, facts.account.provider, facts.usable) for facts in accounts_of()]
    assert told == [(shop.pk, "resend", False), (other.pk, "smtp", True)]


@pytest.mark.parametrize(
    ("provider", "values", "wrong"),
    [
        ("twilio", {}, "no channel has a provider 'twilio': there are 46elks, "),
        ("twilio_sms", {"sender": "+1"}, "twilio_sms: account_sid is missing; auth_token is missing"),
        ("meta", {**META, "colour": "red"}, "meta: colour is not asked for"),
        ("sms_gateway", {"description": "x = ", "webhook_secret": "s"}, "sms_gateway: description: "),
    ],
)
def test_an_account_that_could_not_work_is_refused_with_all_that_is_wrong(
    provider: str, values: dict[str, str], wrong: str
) -> None:
    with pytest.raises(ValueError, match=wrong):
        set_account(make_shop().pk, provider, values, who=WHO, now=NOON)
    assert not ChannelAccount.objects.exists()


def test_to_resume_an_account_ends_its_rest_too() -> None:
    shop = a_shop_with("meta")
    ChannelAccount.objects.update(failures=3, resting_until=NOON, trouble="190")
    assert resume_account(shop.pk, "meta", who=WHO, now=NOON)
    (facts, _house) = accounts_of([shop.pk])
    assert (facts.failures, facts.resting_until, facts.trouble) == (0, None, "")
    assert not resume_account(shop.pk, "meta", who=WHO, now=NOON)


def test_one_shops_account_is_not_anothers() -> None:
    shop, other = a_shop_with("meta"), make_shop("other")
    assert not pause_account(other.pk, "meta", who=WHO, now=NOON)
    assert not remove_account(other.pk, "meta", who=WHO, now=NOON)
    assert account_behind(other.key, "meta") is None
    found = account_behind(shop.key, "meta")
    assert found is not None
    assert found.shop_id == shop.pk


def test_an_account_sealed_with_another_key_lacks_all_its_values() -> None:
    shop = a_shop_with("meta")
    ChannelAccount.objects.update(sealed="gAAAAAB-of-another-key")
    (facts, _house) = accounts_of([shop.pk])
    assert not facts.usable
    assert "app_secret" in facts.lacking
