"""A journey from its TOML text. Every problem is told at once, each with its line. Pure."""

import dataclasses
import re
from collections.abc import Collection, Mapping
from datetime import time, timedelta
from typing import Any

from wismo.notify.journey.conditions import read_conditions
from wismo.notify.journey.model import (
    Cap,
    Holdout,
    Journey,
    JourneyError,
    NextOn,
    Quiet,
    Step,
    Subject,
    Wait,
)
from wismo.notify.journey.notes import Notes
from wismo.notify.journey.sense import senseless
from wismo.notify.words import Kind, Lane, ReplyAction
from wismo.vocabulary.happening import Happening
from wismo.vocabulary.milestone import Milestone
from wismo.vocabulary.status import Leg, Status
from wismo.vocabulary.toml.lines import lines_of
from wismo.vocabulary.toml.notes import Problem, listed, parse, shown

NEEDED = ("key", "version", "on", "subject", "kind", "route")
KEYS = (
    *("key", "version", "enabled", "on", "subject", "kind", "lane", "legs", "when", "wait", "collapse"),
    *("max_age", "superseded_by", "quiet", "cap", "holdout", "must_act", "replies", "route"),
)
_LANES = {lane.name.lower(): lane for lane in Lane}
_LANE_OF = {Kind.TRANSACTIONAL: Lane.INFO, Kind.FEEDBACK: Lane.FEEDBACK, Kind.MARKETING: Lane.MARKETING}


def read(
    text: str, *, channels: Collection[str] | None = None, version: int | None = None, name: str = ""
) -> Journey:
    """The journey a text says; JourneyError with all that is wrong with it.

    `channels` are those a route may name (None: not checked here); `version` is what counts instead of the
    text's own, for a shop's are numbered by us; `name` is the file's, for the error.
    """
    raw = parse(text)
    if isinstance(raw, Problem):
        raise JourneyError([raw], name)
    reader = _Reader(raw, Notes(lines_of(text)), channels)
    journey = reader.journey()
    problems = reader.notes.problems
    if not problems and journey is not None:
        for path, says in senseless(journey):
            reader.notes.wrong(path, says)
    if problems or journey is None:
        raise JourneyError(problems, name)
    return journey if version is None else dataclasses.replace(journey, version=version)


class _Reader:
    """Reads one text, part by part."""

    def __init__(self, raw: Mapping[str, Any], notes: Notes, channels: Collection[str] | None) -> None:
        self.raw, self.notes, self.channels = raw, notes, channels

    def journey(self) -> Journey | None:
        """The journey; None where something is wrong with a word it cannot be without."""
        notes, raw = self.notes, self.raw
        notes.keys(raw, "", KEYS, NEEDED)
        trigger, statuses = self._on()
        subject = notes.word("subject", Subject, raw["subject"]) if "subject" in raw else None
        kind = notes.word("kind", Kind, raw["kind"]) if "kind" in raw else None
        parts: dict[str, Any] = {
            "key": self._key(),
            "version": self._version(),
            "lane": self._lane(kind),
            "legs": frozenset(notes.words(raw, "legs", Leg)),
            "statuses": statuses,
            "enabled": notes.typed(raw, "enabled", bool, True),  # noqa: FBT003  # a default
            "when": self._when(raw, "when", subject),
            "wait": self._wait(),
            "collapse": notes.span(raw, "collapse"),
            "max_age": notes.span(raw, "max_age"),
            "superseded_by": self._superseded_by(),
            "quiet": notes.word("quiet", Quiet, raw.get("quiet", Quiet.DEFER)) or Quiet.DEFER,
            "cap": self._cap(),
            "holdout": self._holdout(),
            "must_act": notes.typed(raw, "must_act", bool, False),  # noqa: FBT003  # a default
            "replies": notes.words(raw, "replies", ReplyAction),
            "route": self._route(subject),
        }
        if trigger is None or subject is None or kind is None:
            return None
        return Journey(trigger=trigger, subject=subject, kind=kind, **parts)

    def _key(self) -> str:
        key = self.notes.typed(self.raw, "key", str, "x")
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", key):
            self.notes.wrong("key", f"{shown(key)}: write small letters, digits and _, 60 at most")
        return key

    def _version(self) -> int:
        version = self.notes.typed(self.raw, "version", int, 1)
        if not 1 <= version <= 2_000_000_000:
            self.notes.wrong("version", f"{version}: versions count up from 1")
        return version

    def _on(self) -> tuple[Milestone | Happening | None, frozenset[str]]:
        notes = self.notes
        if "on" not in self.raw:
            return None, frozenset()
        before = len(notes.problems)
        on = notes.typed(self.raw, "on", dict, {})
        notes.keys(on, "on", ("milestone", "event", "status"), ())
        statuses = frozenset(word.value for word in notes.words(on, "on.status", Status))
        if ("milestone" in on) == ("event" in on):
            if len(notes.problems) == before:
                notes.wrong("on", 'write { milestone = "…" } or { event = "…" }, one of them')
            return None, statuses
        if "milestone" in on:
            return notes.word("on.milestone", Milestone, on["milestone"]), statuses
        return notes.word("on.event", Happening, on["event"]), statuses

    def _lane(self, kind: Kind | None) -> Lane:
        told = self.notes.typed(self.raw, "lane", str, "")
        if "lane" in self.raw and told not in _LANES:
            self.notes.wrong("lane", f"{shown(self.raw['lane'])} is none of {listed(_LANES)}")
        return _LANES.get(told, _LANE_OF.get(kind, Lane.INFO) if kind else Lane.INFO)

    def _when(self, raw: Mapping[str, Any], path: str, subject: Subject | None) -> Any:
        told = self.notes.typed(raw, path, list, [])
        return read_conditions(told, path, self.notes, subject.value if subject else "")

    def _wait(self) -> Wait:
        notes = self.notes
        told = notes.typed(self.raw, "wait", dict, {})
        notes.keys(told, "wait", ("for", "business_days", "until"), ())
        days = notes.typed(told, "wait.business_days", int, 0)
        if not 0 <= days <= 365:
            notes.wrong("wait.business_days", f"{days}: write 0 to 365")
        return Wait(notes.span(told, "wait.for") or timedelta(), days, self._clock(told))

    def _clock(self, told: Mapping[str, Any]) -> time | None:
        text = self.notes.typed(told, "wait.until", str, "")
        if "until" not in told:
            return None
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
            self.notes.wrong("wait.until", f'{shown(told["until"])} is not a time such as "10:00"')
            return None
        return time.fromisoformat(text)

    def _superseded_by(self) -> frozenset[Milestone | Happening]:
        found: set[Milestone | Happening] = set()
        for place, told in enumerate(self.notes.typed(self.raw, "superseded_by", list, [])):
            if told in set(Milestone):
                found.add(Milestone(told))
            elif told in set(Happening):
                found.add(Happening(told))
            else:
                words = listed([*Milestone, *Happening])
                self.notes.wrong(f"superseded_by[{place}]", f"{shown(told)} is none of {words}")
        return frozenset(found)

    def _cap(self) -> Cap | None:
        if "cap" not in self.raw:
            return None
        notes, told = self.notes, self.notes.typed(self.raw, "cap", dict, {})
        notes.keys(told, "cap", ("group", "most", "per"), ("group", "most", "per"))
        group, most = notes.typed(told, "cap.group", str, ""), notes.typed(told, "cap.most", int, 1)
        if "group" in told and not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", group):
            notes.wrong("cap.group", f"{shown(told['group'])}: write small letters, digits and _, 40 at most")
        if most < 1:
            notes.wrong("cap.most", f"{most}: write 1 or more; to switch a journey off, enabled = false")
        return Cap(group, most, notes.span(told, "cap.per") or timedelta(days=1))

    def _holdout(self) -> Holdout | None:
        if "holdout" not in self.raw:
            return None
        notes, told = self.notes, self.notes.typed(self.raw, "holdout", dict, {})
        notes.keys(told, "holdout", ("experiment", "percent"), ("experiment", "percent"))
        experiment = notes.typed(told, "holdout.experiment", str, "")
        percent = notes.typed(told, "holdout.percent", float, 5.0)
        if "experiment" in told and not re.fullmatch(r"[\w.-]{1,60}", experiment):
            notes.wrong("holdout.experiment", "write a name of letters, digits and _ . -, 60 at most")
        if not 0 < percent <= 50:
            notes.wrong("holdout.percent", f"{percent:g}: write more than 0 and 50 at most")
        return Holdout(experiment, percent)

    def _route(self, subject: Subject | None) -> tuple[Step, ...]:
        told = self.notes.typed(self.raw, "route", list, [])
        if "route" in self.raw and not told:
            self.notes.wrong("route", 'name at least one channel: [[route]] and channel = "email"')
        return tuple(self._step(step, f"route[{place}]", subject) for place, step in enumerate(told))

    def _step(self, told: Any, path: str, subject: Subject | None) -> Step:
        notes = self.notes
        if not isinstance(told, dict):
            notes.wrong(path, 'write [[route]] and channel = "email" below it')
            return Step("email")
        notes.keys(told, path, ("channel", "when", "wait", "next_on"), ("channel",))
        channel = notes.typed(told, f"{path}.channel", str, "")
        if channel and self.channels is not None and channel not in self.channels:
            notes.wrong(f"{path}.channel", f"{shown(channel)} is none of {listed(sorted(self.channels))}")
        wait = notes.span(told, f"{path}.wait") or timedelta()
        usual = {NextOn.FAILED, NextOn.UNREACHABLE} | ({NextOn.NO_DELIVERED} if wait else set())
        asked = notes.words(told, f"{path}.next_on", NextOn)
        next_on = frozenset(asked if "next_on" in told else usual)
        return Step(channel, self._when(told, f"{path}.when", subject), wait, next_on)
