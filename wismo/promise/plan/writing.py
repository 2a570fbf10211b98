"""A plan's text with another level, and all else as a person wrote it. Pure."""

from wismo.promise.plan.reading import PlanError
from wismo.vocabulary.toml.lines import lines_of
from wismo.vocabulary.toml.notes import Problem, parse


def with_level(text: str, *, level: float | None = None, cost: tuple[float, float] | None = None) -> str:
    """The text with this level, or this cost of a day early and a day late; PlanError where it is no TOML."""
    raw = parse(text)
    if isinstance(raw, Problem):
        raise PlanError([raw])
    lines = lines_of(text)
    gone = {number for path, number in lines.items() if path.partition(".")[0] in {"level", "cost"}}
    rows = text.split("\n")
    place = min(gone, default=1) - 1
    if any(row.lstrip().startswith("[") for row in rows[: place + 1]):  # it would be that table's
        place = 0
    told = f"cost = {{ early = {cost[0]:g}, late = {cost[1]:g} }}" if cost else f"level = {level:.2f}"
    kept = [row for number, row in enumerate(rows, 1) if number not in gone]
    return "\n".join([*kept[:place], told, *kept[place:]])
