"""A shop's own journeys and words as rows: drafts, versions, and nothing of one shop in another."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.console import rows
from wismo.notify.actions import authoring, texts
from wismo.notify.actions.authoring import Overtaken
from wismo.notify.actions.texts import TextError
from wismo.notify.journey.library import house, house_text
from wismo.notify.journey.model import JourneyError
from wismo.notify.models import JourneyVersion, TextVersion
from wismo.notify.queries import authoring as queries
from wismo.notify.queries.journeys import journeys_of
from wismo.notify.queries.texts import TextKey, TextWords, own_texts_of, text_marks, text_rows
from wismo.plumbing.models import AuditRow
from wismo.shops.models import Shop

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
INES = "ines@halden.example"
KEY = TextKey("shipped", "", "en")


@pytest.fixture
def shop() -> Shop:
    return rows.a_shop()


def save(shop: Shop, source: str, key: str = "shipped", seen: str = "") -> str:
    authoring.save_draft(shop.pk, key, source, seen=seen, who=INES, now=NOW)
    return queries.stamp_of(source)


def publish(shop: Shop, source: str, key: str = "shipped") -> int:
    seen = save(shop, source, key)
    return authoring.publish(shop.pk, key, seen=seen, note="", who=INES, now=NOW).version


def say(shop: Shop, seen: str = "", mjml: str = "", **parts: str) -> str:
    words = TextWords(parts, mjml)
    texts.save_text(shop.pk, KEY, words, seen=seen, who=INES, now=NOW)
    return text_rows(shop.pk, KEY)[0].stamp


def test_versions_count_up_from_a_thousand_and_one_and_the_last_published_holds(shop: Shop) -> None:
    source = house_text("shipped")
    assert [publish(shop, f"{source}\n# {n}") for n in range(3)] == [1001, 1002, 1003]
    held = JourneyVersion.objects.order_by("version").values_list("version", "state")
    assert list(held) == [(1001, "retired"), (1002, "retired"), (1003, "published")]
    assert journeys_of(shop.pk)["shipped"].version == 1003
    assert house()["shipped"].version < 1000


def test_a_published_version_never_changes(shop: Shop) -> None:
    source = house_text("shipped")
    publish(shop, f"{source}\n# one")
    save(shop, f"{source}\n# two")
    one = JourneyVersion.objects.get(version=1001)
    assert one.source.endswith("# one")
    assert JourneyVersion.objects.get(state="draft").version == 1002


def test_rolling_back_publishes_the_old_words_as_the_newest_version(shop: Shop) -> None:
    source = house_text("shipped")
    publish(shop, f"{source}\n# one")
    publish(shop, f"{source}\n# two")
    done = authoring.roll_back(shop.pk, "shipped", 1001, who=INES, now=NOW)
    assert done is not None
    assert done.version == 1003
    row = JourneyVersion.objects.get(state="published")
    assert (row.version, row.note, row.source[-5:]) == (1003, "version 1001 again", "# one")
    assert authoring.roll_back(shop.pk, "shipped", 7, who=INES, now=NOW) is None


def test_a_draft_is_no_version_to_go_back_to(shop: Shop) -> None:
    save(shop, house_text("shipped"))
    assert authoring.roll_back(shop.pk, "shipped", 1001, who=INES, now=NOW) is None


def test_a_rule_with_a_mistake_is_kept_as_a_draft_and_never_published(shop: Shop) -> None:
    seen = save(shop, "nonsense = ")
    with pytest.raises(JourneyError, match="line 1"):
        authoring.publish(shop.pk, "shipped", seen=seen, note="", who=INES, now=NOW)
    assert JourneyVersion.objects.get().state == "draft"
    assert AuditRow.objects.count() == 0


def test_a_journey_keeps_its_key(shop: Shop) -> None:
    seen = save(shop, house_text("delivered"))
    with pytest.raises(JourneyError, match='write key = "shipped"'):
        authoring.publish(shop.pk, "shipped", seen=seen, note="", who=INES, now=NOW)


def test_a_route_by_a_channel_that_there_is_not_is_refused(shop: Shop) -> None:
    source = house_text("shipped").replace('channel = "email"', 'channel = "pigeon"')
    seen = save(shop, source)
    with pytest.raises(JourneyError, match="pigeon"):
        authoring.publish(shop.pk, "shipped", seen=seen, note="", who=INES, now=NOW)


def test_whoever_saves_over_what_they_have_not_seen_is_told(shop: Shop) -> None:
    seen = save(shop, "one")
    with pytest.raises(Overtaken):
        save(shop, "two")
    save(shop, "two", seen=seen)
    with pytest.raises(Overtaken):
        authoring.publish(shop.pk, "shipped", seen=seen, note="", who=INES, now=NOW)
    assert JourneyVersion.objects.get().source == "two"


def test_each_publication_leaves_its_trace(shop: Shop) -> None:
    publish(shop, house_text("shipped"))
    authoring.roll_back(shop.pk, "shipped", 1001, who=INES, now=NOW)
    assert authoring.withdraw(shop.pk, "shipped", who=INES, now=NOW)
    assert not authoring.withdraw(shop.pk, "shipped", who=INES, now=NOW)
    assert list(AuditRow.objects.order_by("pk").values_list("did", "subject")) == [
        ("published a journey", "shipped 1001"),
        ("rolled a journey back", "shipped 1002"),
        ("went back to the standard journey", "shipped"),
    ]


def test_what_a_journeys_messages_came_to_is_counted(shop: Shop) -> None:
    order = rows.an_order(shop)
    for n, state in enumerate(("sent", "sent", "not_sent", "unknown", "queued", "awaiting")):
        rows.a_message(order, journey="shipped", dedupe_key=f"k{n}", state=state, created_at=NOW)
    rows.a_message(order, journey="shipped", dedupe_key="old", created_at=NOW - timedelta(days=8))
    found = {row.journey.key: row for row in queries.journey_rows(shop.pk, NOW - timedelta(days=7))}
    ends = found["shipped"].ends
    assert (ends.sent, ends.not_sent, ends.unknown, ends.waiting) == (3, 1, 1, 1)
    assert not found["shipped"].own


def test_what_says_the_same_as_the_house_is_not_the_shops_own(shop: Shop) -> None:
    say(shop, subject="{{ number }} left", heading="", button="{{ plural(count, one='x', other='y') }}")
    assert TextVersion.objects.get().parts == {
        "subject": "{{ number }} left",
        "button": "{{ plural(count, one='x', other='y') }}",
    }


def test_words_are_published_rolled_back_and_withdrawn(shop: Shop) -> None:
    for n in (1, 2):
        seen = say(shop, subject=f"{{{{ number }}}} {n}")
        assert texts.publish_text(shop.pk, KEY, seen=seen, who=INES, now=NOW) == n
    assert texts.roll_text_back(shop.pk, KEY, 1, who=INES, now=NOW) == 3
    own = own_texts_of([shop.pk])[shop.pk].by_key["shipped", "", "en"]
    assert (own.version, dict(own.parts)) == (3, {"subject": "{{ number }} 1"})
    assert [mark.state.value for mark in text_marks(shop.pk, "shipped")] == ["published"]
    assert texts.withdraw_text(shop.pk, KEY, who=INES, now=NOW)
    assert own_texts_of([shop.pk])[shop.pk].by_key == {}
    assert texts.roll_text_back(shop.pk, KEY, 9, who=INES, now=NOW) is None


def test_words_that_cannot_be_filled_in_are_not_published(shop: Shop) -> None:
    seen = say(shop, subject="{{ nobody }}")
    with pytest.raises(TextError, match="subject: there is no variable nobody"):
        texts.publish_text(shop.pk, KEY, seen=seen, who=INES, now=NOW)
    assert TextVersion.objects.get().state == "draft"


def test_nothing_cannot_be_published(shop: Shop) -> None:
    seen = say(shop)
    with pytest.raises(TextError, match="nothing is written"):
        texts.publish_text(shop.pk, KEY, seen=seen, who=INES, now=NOW)


def test_a_language_that_nobody_here_speaks_is_refused(shop: Shop) -> None:
    key = TextKey("shipped", "", "xx")
    with pytest.raises(ValueError, match="'xx' is none of"):
        texts.save_text(shop.pk, key, TextWords({}), seen="", who=INES, now=NOW)


def test_only_an_e_mail_has_a_page_of_its_own(shop: Shop) -> None:
    say(shop, mjml="<mjml></mjml>", subject="{{ number }}!")
    assert TextVersion.objects.get().mjml == ""


def test_nothing_of_one_shop_holds_in_another(shop: Shop) -> None:
    other = rows.a_shop("other")
    publish(shop, house_text("shipped"))
    seen = say(shop, subject="{{ number }} left")
    texts.publish_text(shop.pk, KEY, seen=seen, who=INES, now=NOW)
    assert journeys_of(other.pk)["shipped"].version < 1000
    assert own_texts_of([shop.pk, other.pk])[other.pk].by_key == {}
    assert text_rows(other.pk, KEY) == []
    assert queries.version_rows(other.pk, "shipped") == []


def test_the_database_keeps_one_draft_and_one_published_version(shop: Shop) -> None:
    of_shop = {"shop": shop, "key": "shipped", "source": "", "by": INES, "created_at": NOW}
    for state in ("draft", "published"):
        JourneyVersion.objects.create(version=len(state), state=state, **of_shop)
        with pytest.raises(IntegrityError), transaction.atomic():
            JourneyVersion.objects.create(version=99, state=state, **of_shop)
