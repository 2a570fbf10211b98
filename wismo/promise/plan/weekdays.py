"""Days of the week as people write them: "mon", "mon-fri", "sun-thu". Pure."""

from collections.abc import Collection

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def days_of_week(told: str) -> frozenset[int]:
    """One day, or all from one to another, Monday being 0. ValueError with what to write."""
    first, _, last = told.partition("-")
    if first not in WEEK or (last or first) not in WEEK:
        raise ValueError(f'"{told}" is no days of the week such as "mon-fri" or "sat"')
    start, end = WEEK.index(first), WEEK.index(last or first)
    return frozenset((start + step) % 7 for step in range((end - start) % 7 + 1))


def written(days: Collection[int]) -> tuple[str, ...]:
    """The same days in the fewest such words, in the week's order."""
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    if len(runs) > 1 and runs[0][0] == 0 and runs[-1][-1] == 6:  # Sunday goes on into Monday
        runs[0] = runs.pop() + runs[0]
    return tuple(_run(run) for run in runs)


def _run(run: list[int]) -> str:
    return WEEK[run[0]] if len(run) == 1 else f"{WEEK[run[0]]}-{WEEK[run[-1]]}"
