"""A sender may die at any point: nothing is lost, and nothing is told twice."""

from dataclasses import dataclass, field

import pytest
from django.db import transaction

from tests.notify.rows import HOUR, MINUTE, NOON, codes, make_order, make_parcel, make_shop, state, tell
from wismo.notify.actions import claims
from wismo.notify.actions.claims import LEASE
from wismo.notify.jobs import dispatch, reconcile
from wismo.notify.jobs.candidates import Ready
from wismo.notify.jobs.desk import Desk, Open, open_provider
from wismo.notify.jobs.dispatch import URGENT
from wismo.notify.jobs.preparing import prepare
from wismo.notify.jobs.settling import Came, settle
from wismo.notify.models import Attempt, Message, TeamAlert
from wismo.notify.port import Account, Letter, Outcome, Outgoing, Provider, Result

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOON + 15 * MINUTE


class Dies(BaseException):
    """The process is gone: nothing after this line runs."""


@dataclass
class Probe:
    """Writes as the real provider does, and answers as told."""

    real: Provider
    answers: dict[int, Outcome | BaseException]
    handed: list[int] = field(default_factory=list)

    def compose(self, letter: Letter) -> Outgoing:
        return self.real.compose(letter)

    def send(self, outgoing: Outgoing) -> Outcome:
        self.handed.append(outgoing.message_id)
        answer = self.answers.get(outgoing.message_id, Outcome(Result.SENT, provider_id="p"))
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def close(self) -> None:
        self.real.close()


def probing(answers: dict[int, Outcome | BaseException], handed: list[int]) -> Open:
    def opens(account: Account) -> Provider:
        return Probe(open_provider(account), answers, handed)

    return opens


def two_messages() -> tuple[Message, Message]:
    order = make_order(make_shop())
    first, second = (tell(make_parcel(order, f"p{i}"), "delivered") for i in range(2))
    return first, second


def test_a_sender_that_dies_while_handing_over_leaves_that_one_to_people_and_no_other() -> None:
    first, second = two_messages()
    handed: list[int] = []
    with pytest.raises(Dies):
        dispatch(LATER, probing({first.pk: Dies()}, handed))
    assert (state(first)[0], state(second)) == ("sending", ("sent", "sent"))
    assert Attempt.objects.get(message=first).state == "sending"
    assert dispatch(LATER + MINUTE, probing({}, handed)) == 0
    assert reconcile(LATER + MINUTE) == 0  # its lease still runs
    assert reconcile(LATER + LEASE + MINUTE) == 1
    assert state(first) == ("unknown", "unknown")
    assert codes(first)[-1] == ("send", "done", "unknown")
    assert TeamAlert.objects.get().subject == f"message {first.pk}"
    assert dispatch(LATER + 3 * HOUR, probing({}, handed)) == 0
    assert sorted(handed) == [first.pk, second.pk]


def test_a_claim_whose_sender_died_is_taken_up_after_its_lease() -> None:
    first, second = two_messages()
    assert claims.claim(URGENT, LATER, 10) == [first.pk, second.pk]
    assert reconcile(LATER + LEASE) == 0
    assert claims.claim(URGENT, LATER + LEASE, 10) == []
    assert reconcile(LATER + LEASE + MINUTE) == 2
    assert claims.claim(URGENT, LATER + LEASE + MINUTE, 10) == [first.pk, second.pk]


def test_two_senders_do_not_get_the_same_message() -> None:
    first, second = two_messages()
    assert claims.claim(URGENT, LATER, 1) == [first.pk]
    assert claims.claim(URGENT, LATER, 10) == [second.pk]
    assert claims.claim(URGENT, LATER, 10) == []


def test_a_sender_that_slept_past_its_lease_finds_its_message_taken() -> None:
    first, _second = two_messages()
    claims.claim(URGENT, LATER, 1)
    again = LATER + LEASE + MINUTE
    claims.take_back(again)
    claims.claim(URGENT, again, 1)
    with transaction.atomic():
        assert claims.lock([first.pk], LATER + LEASE) == []
        assert claims.lock([first.pk], again + LEASE) == [first.pk]


def test_a_channel_that_breaks_in_a_new_way_leaves_the_message_unknown_and_says_no_address(
    caplog: pytest.LogCaptureFixture,
) -> None:
    first, second = two_messages()
    breaks = RuntimeError("could not talk about lina@buyer.example")
    assert dispatch(LATER, probing({first.pk: breaks}, [])) == 2
    assert (state(first), state(second)) == (("sending", "unknown"), ("sent", "sent"))
    reconcile(LATER + 2 * MINUTE)
    assert state(first) == ("unknown", "unknown")
    assert caplog.messages[0] == f"provider smtp broke on message {first.pk}: RuntimeError"
    assert "lina" not in caplog.text


def marked(*messages: Message) -> list[Ready]:
    """These messages, claimed and marked as being sent; nobody has handed them over yet."""
    claims.claim(URGENT, LATER, 10)
    found = prepare([message.pk for message in messages], LATER + LEASE, LATER, Desk())
    return list(found.ready)


def test_an_answer_that_comes_after_the_lease_ended_still_counts() -> None:
    first, second = two_messages()
    ready = marked(first, second)
    assert reconcile(LATER + LEASE + MINUTE) == 2
    assert state(first) == ("unknown", "unknown")
    taken = Came(ready[0], Outcome(Result.SENT, provider_id="p-1"))
    assert settle([taken], LATER + LEASE + 2 * MINUTE) == 1
    assert (state(first), state(second)) == (("sent", "sent"), ("unknown", "unknown"))
    assert Attempt.objects.get(message=first).provider_id == "p-1"


def test_an_order_erased_while_its_message_is_handed_over_is_no_error() -> None:
    (ready,) = marked(two_messages()[0])
    Message.objects.all().delete()
    assert settle([Came(ready, Outcome(Result.SENT))], LATER) == 1
    assert not Message.objects.exists()
