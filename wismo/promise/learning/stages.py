"""From nights to forecasts: the two stages that are forecast, and what each is made of."""

from collections.abc import Sequence

import numpy as np

from wismo.promise.learning.forecasting import Forecaster, Forecasts
from wismo.promise.learning.life import Floats, Ints
from wismo.promise.learning.matrix import level_name, matrix, table_name
from wismo.promise.learning.nights import Nights
from wismo.promise.learning.replay import Replay


def forecasts_of(
    replay: Replay, nights: Nights, first: int, last: int, shares: Sequence[float], *, from_handover: bool
) -> Forecasts:
    """The forecasts of those bought, or handed over, on the days from `first` to `last`.

    There are none of the hand-over where the history tells of no hand-over.
    """
    stage = replay.transit if from_handover else replay.purchase
    told = nights.handover if from_handover else nights.purchase
    if level_name(from_handover=from_handover) not in told.named:
        return Forecasts.nothing(replay.size, shares)
    forecaster = Forecaster(
        stage,
        matrix(replay, stage, told, from_handover=from_handover),
        level=_by_day(told.named[level_name(from_handover=from_handover)], stage.began, replay),
        table=told.named[table_name(from_handover=from_handover)],
        replay=replay,
    )
    return forecaster.run(first, last, shares)


def _by_day(column: Floats, began: Ints, replay: Replay) -> Floats:
    """What was told each day, from `replay.days.first`; days without orders have the last one's."""
    days = replay.days
    level = np.full(days.last - days.first + 1, np.nan)
    known = (began <= days.last) & np.isfinite(column)
    level[began[known] - days.first] = column[known]
    last = np.where(np.isnan(level), 0, np.arange(len(level)))
    told = level[np.maximum.accumulate(last)]
    return np.where(np.isnan(told), column[known][0] if known.any() else 1.0, told)
