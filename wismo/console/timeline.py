"""One parcel's story: what the carrier said, what the shopper was told, what people did, newest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from wismo.console import words
from wismo.console.journey_words import journey_word
from wismo.console.why import Step, heading, steps
from wismo.notify.queries.messages import MessageRow
from wismo.plumbing.audit import Act
from wismo.tracking.queries.timeline import Reached, ScanShown


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `template` shows what lies in `scan`, `message` or `act`."""

    at: datetime
    kind: str  # scan, milestone, message or act
    icon: str
    tone: str  # the colour of its dot
    title: str
    scan: ScanShown | None = None
    milestones: tuple[str, ...] = ()  # reached by this scan, in words
    message: MessageRow | None = None
    heading: str = ""  # of the steps
    steps: tuple[Step, ...] = ()  # why the message was, or was not, sent
    act: Act | None = None

    @property
    def template(self) -> str:
        """What writes it."""
        return f"console/entry_{self.kind}.html"


def merged(
    scans: Sequence[ScanShown],
    milestones: Sequence[Reached],
    messages: Sequence[MessageRow],
    acts: Sequence[Act],
) -> list[Entry]:
    """All of it in one list. A milestone is shown on the scan that reached it, else on its own."""
    reached: dict[datetime, list[str]] = {}
    for milestone in milestones:
        reached.setdefault(milestone.at, []).append(words.milestone_words(milestone.name))
    entries = [_of_scan(scan, reached.pop(scan.at, [])) for scan in scans]
    entries += [_of_milestone(at, names) for at, names in reached.items()]
    entries += [_of_message(message) for message in messages]
    entries += [_of_act(act) for act in acts]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _of_scan(scan: ScanShown, reached: Iterable[str]) -> Entry:
    if scan.status is None:
        title = scan.text or scan.code or "A scan without words"
        return Entry(scan.at, "scan", "scan-line", "unmapped", title, scan=scan, milestones=tuple(reached))
    word, tone, icon = words.STATUS[scan.status]
    return Entry(scan.at, "scan", icon, tone, word, scan=scan, milestones=tuple(reached))


def _of_milestone(at: datetime, names: Sequence[str]) -> Entry:
    return Entry(at, "milestone", "circle-dot", "info", ", ".join(names))


def _of_message(message: MessageRow) -> Entry:
    word, _ = words.STATE[message.state]
    title = f"{journey_word(message.journey)}: {message.channel}, {word.lower()}"
    tone = {"sent": "msg", "unknown": "sys"}.get(message.state, "")
    return Entry(
        at=message.finished_at or message.due_at,
        kind="message",
        icon="mail",
        tone=tone,
        title=title,
        message=message,
        heading=heading(message),
        steps=tuple(steps(message)),
    )


def _of_act(act: Act) -> Entry:
    return Entry(act.at, "act", "users", "", f"{act.who} {act.did} a payload", act=act)
