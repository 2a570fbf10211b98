"""How buyers judge: the two scales, and what a shop makes of many answers. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class FeedbackKind(StrEnum):
    """What a buyer is asked to judge by."""

    CSAT = "csat"  # 1 to 5: how the delivery was
    NPS = "nps"  # 0 to 10: whether they would recommend the shop


SCALE: Mapping[FeedbackKind, range] = {FeedbackKind.CSAT: range(1, 6), FeedbackKind.NPS: range(11)}
COMMENT_LIMIT = 2000
_GOOD = {FeedbackKind.CSAT: range(4, 6), FeedbackKind.NPS: range(9, 11)}
_BAD = {FeedbackKind.CSAT: range(1, 3), FeedbackKind.NPS: range(7)}


def is_bad(kind: FeedbackKind, score: int) -> bool:
    """Whether somebody should see to it: the page then offers help, and never a review."""
    return score in _BAD[kind]


@dataclass(frozen=True, slots=True)
class Score:
    """What many answers come to."""

    answers: int
    value: (
        float | None
    )  # CSAT: the share of 4 and 5 in a hundred; NPS: from -100 to 100; None without answers
    by_score: Mapping[int, int]


def score_of(kind: FeedbackKind, counts: Mapping[int, int]) -> Score:
    """CSAT is the share of the two best; NPS that of promoters (9, 10) less that of detractors (0 to 6)."""
    by_score = {score: counts.get(score, 0) for score in SCALE[kind]}
    answers = sum(by_score.values())
    if not answers:
        return Score(0, None, by_score)
    good = sum(by_score[score] for score in _GOOD[kind])
    bad = sum(by_score[score] for score in _BAD[kind]) if kind is FeedbackKind.NPS else 0
    return Score(answers, round((good - bad) * 100 / answers, 1), by_score)
