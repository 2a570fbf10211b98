"""A sender may die at any point: nothing is lost, and nothing is told twice."""

from dataclasses import dataclass, field

import pytest
from django.db import connection, transaction

from tests.notify.rows import HOUR, MINUTE, NOON, codes, make_order, make_parcel, make_shop, state, tell
from wismo.notify import actions
from wismo.notify.actions import LEASE
from wismo.notify.channels.email.adapter import EmailChannel
from wismo.notify.jobs import dispatch, sweep_lost
from wismo.notify.models import Message
from wismo.notify.port import Channel, Letter, Outcome, Outgoing, Result

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOON + MINUTE


class Dies(BaseException):
    """The process is gone: nothing after this line runs."""


@dataclass
class Probe:
    """A channel that looks at the house while it is being handed a message."""

    outcome: Outcome | BaseException = field(default_factory=lambda: Outcome(Result.SENT, provider_id="p-1"))
    seen: list[tuple[bool, list[str]]] = field(default_factory=list)
    closed: int = 0

    def compose(self, letter: Letter) -> Outgoing:
        return EmailChannel.compose(self, letter)  # type: ignore[arg-type]

    def send(self, outgoing: Outgoing) -> Outcome:
        states = Message.objects.order_by("pk").values_list("state", flat=True)
        self.seen.append((connection.in_atomic_block, list(states)))
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome

    def close(self) -> None:
        self.closed += 1

    def __call__(self, key: str) -> Channel:
        return self


def two_messages() -> tuple[Message, Message]:
    order = make_order(make_shop())
    first, second = (tell(make_parcel(order, f"p{i}"), "picked_up") for i in range(2))
    return first, second


def test_only_the_message_being_handed_over_is_marked_and_outside_any_transaction() -> None:
    two_messages()
    probe = Probe()
    assert dispatch(LATER, probe) == 2
    assert probe.seen == [(False, ["sending", "claimed"]), (False, ["sent", "sending"])]
    assert probe.closed == 1


def test_a_sender_that_dies_while_handing_over_leaves_it_unknown_and_the_rest_to_others() -> None:
    first, second = two_messages()
    with pytest.raises(Dies):
        dispatch(LATER, Probe(Dies()))
    assert (state(first)[0], state(second)[0]) == ("sending", "claimed")
    probe = Probe()
    assert dispatch(LATER + MINUTE, probe) == 0  # both leases still run
    assert dispatch(LATER + LEASE + MINUTE, probe) == 2
    assert len(probe.seen) == 1
    assert (state(first), state(second)) == (("unknown", "unknown"), ("sent", "sent"))
    assert codes(first) == [("send", "done", "unknown")]
    assert dispatch(LATER + 3 * HOUR, probe) == 0
    assert len(probe.seen) == 1


def test_a_claim_whose_sender_died_is_taken_up_after_its_lease() -> None:
    first, second = two_messages()
    assert actions.claim(LATER, 10) == [first.pk, second.pk]
    assert actions.claim(LATER + LEASE, 10) == []
    assert actions.claim(LATER + LEASE + MINUTE, 10) == [first.pk, second.pk]


def test_two_senders_do_not_get_the_same_message() -> None:
    first, second = two_messages()
    assert actions.claim(LATER, 1) == [first.pk]
    assert actions.claim(LATER, 10) == [second.pk]
    assert actions.claim(LATER, 10) == []


def test_a_sender_that_slept_past_its_lease_finds_its_message_taken() -> None:
    first, _second = two_messages()
    actions.claim(LATER, 1)
    again = LATER + LEASE + MINUTE
    actions.claim(again, 1)
    with transaction.atomic():
        assert actions.lock([first.pk], LATER + LEASE) == []
        assert actions.lock([first.pk], again + LEASE) == [first.pk]


def test_only_a_hand_over_past_its_lease_is_lost() -> None:
    first, second = two_messages()
    actions.claim(LATER, 10)
    actions.start_sending(first.pk, LATER)
    actions.start_sending(second.pk, LATER + MINUTE)
    assert sweep_lost(LATER + LEASE) == 0
    assert sweep_lost(LATER + LEASE + MINUTE) == 1
    assert (state(first)[0], state(second)[0]) == ("unknown", "sending")
    assert first.decisions.get().facts == {"attempt": 1, "detail": "sender stopped"}


def test_a_channel_that_breaks_in_a_new_way_leaves_the_message_unknown_and_says_no_address(
    caplog: pytest.LogCaptureFixture,
) -> None:
    first, second = two_messages()
    probe = Probe(RuntimeError("could not talk about lina@buyer.example"))
    assert dispatch(LATER, probe) == 2
    assert (state(first)[0], state(second)[0]) == ("unknown", "unknown")
    assert caplog.messages[0] == f"channel email broke on message {first.pk}: RuntimeError"
    assert "lina" not in caplog.text


def test_an_order_erased_while_its_message_is_handed_over_is_no_error() -> None:
    first, _second = two_messages()

    class Erases(Probe):
        def send(self, outgoing: Outgoing) -> Outcome:
            Message.objects.all().delete()
            return super().send(outgoing)

    assert dispatch(LATER, Erases()) == 1
    assert not Message.objects.filter(pk=first.pk).exists()
