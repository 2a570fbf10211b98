"""A message that passed every gate, on its way to its provider's form."""

from dataclasses import dataclass, field

from wismo.notify.actions.alerts import Alert, AlertKind
from wismo.notify.actions.circuits import Line
from wismo.notify.actions.sending import Start
from wismo.notify.journey.model import Journey
from wismo.notify.letter import Draw, Drawn
from wismo.notify.port import Outgoing, Provider
from wismo.notify.queries.attempts import History, Made
from wismo.notify.queries.cases import Case
from wismo.notify.queries.reach import Destination
from wismo.notify.rules.receipts import furthest


@dataclass(frozen=True, slots=True)
class Ready:
    """A message that is marked as being sent, in its provider's form."""

    candidate: "Candidate"
    earlier: str  # how far other hand-overs of it came
    tried: int  # hand-overs of it by this channel, with this one
    provider: Provider = field(repr=False)
    outgoing: Outgoing = field(repr=False)
    attempt_id: int = 0

    @property
    def case(self) -> Case:
        """Whose message it is."""
        return self.candidate.case


@dataclass(frozen=True, slots=True)
class Candidate:
    """A message at a step of its route that may be taken."""

    case: Case
    journey: Journey
    step: int
    reference: str  # a new one, unless a hand-over is repeated
    again: Made | None  # the hand-over that is repeated, since nobody can tell what became of it
    count: int  # parcels it speaks of

    @property
    def channel(self) -> str:
        """By which it would go."""
        return self.journey.route[self.step].channel

    @property
    def destination(self) -> Destination:
        """To where, and by whom."""
        return self.case.destinations[self.channel]

    @property
    def line(self) -> Line:
        """The account it would go by."""
        facts = self.destination.account
        return Line(self.case.shop_id, facts.account.provider, facts.id)

    @property
    def drawing(self) -> Draw:
        """What is settled about its letter."""
        return Draw(self.journey, self.channel, self.destination, self.reference, self.count)

    def start(self, drawn: Drawn, outgoing: Outgoing) -> Start:
        """The hand-over as it is written down before it begins."""
        place, again = self.destination.place, self.again
        return Start(
            shop_id=self.case.shop_id,
            message_id=self.case.message_id,
            buyer_id=self.case.buyer_id,
            number=again.number if again else self.case.row["attempts"] + 1,
            step=self.step,
            channel=self.channel,
            provider=self.line.provider,
            address_id=place.id,
            digest=place.digest,
            reference=self.reference,
            wording=drawn.wording,
            language=drawn.letter.language,
            subject=outgoing.subject,
            again=again.pk if again else None,
        )

    def ready(self, provider: Provider, outgoing: Outgoing, made: History) -> Ready:
        """The message as it is handed over, beside what was tried before."""
        others = [one.state for one in made.of(self.case.message_id) if one is not self.again]
        tried = made.tries(self.case.message_id, self.channel) + (0 if self.again else 1)
        return Ready(self, furthest(others), tried, provider, outgoing)

    def broken(self, trouble: str) -> Alert:
        """What the team should mend in its own text."""
        subject = f"{self.case.key} {self.channel}"
        text = f"The text of {subject} is broken ({trouble}): the house's is sent instead."
        return Alert(self.case.shop_id, AlertKind.TEXT, subject, text)
