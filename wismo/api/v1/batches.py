"""Lists in: the good part is kept, and each bad one is named by its place."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

from ninja import Schema
from pydantic import ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from wismo.api.v1.root import Refused

MOST = 500  # of one request

Item = TypeVar("Item")
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Unread:
    """An item that is not of its type, and why."""

    problems: tuple[str, ...]


def _read_or_say_why(told: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(told)
    except ValidationError as error:
        found = ((".".join(map(str, e["loc"])) or "item", e["msg"]) for e in error.errors())
        return Unread(tuple(f"{where}: {what}" for where, what in found))


EACH = WrapValidator(
    _read_or_say_why
)  # list[Annotated[CartIn, EACH]]: one bad cart does not hold up the others


class Problem(Schema):
    """What is wrong with a field, and what to do."""

    where: str
    what: str


class RefusedOut(Schema):
    """An item that was not kept; `place` is its place in the list, from 0."""

    place: int
    problems: list[Problem]


class Answered(Schema):
    """What became of the list."""

    kept: int
    refused: list[RefusedOut] = []


class Batch:
    """What becomes of the items of one request, by their places."""

    def __init__(self, items: Sequence[object]) -> None:
        if not 1 <= len(items) <= MOST:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, [f"body: a list of 1 to {MOST}"])
        self.size = len(items)
        self.wrong: dict[int, Sequence[str]] = {
            place: item.problems for place, item in enumerate(items) if isinstance(item, Unread)
        }

    def sound(
        self,
        items: Sequence[Item],
        read: Callable[[Item], Read],
        problems_of: Callable[[Read], Sequence[str]],
    ) -> dict[int, Read]:
        """The items that can be kept, by their places."""
        found: dict[int, Read] = {}
        for place, item in enumerate(items):
            if place in self.wrong:
                continue
            try:
                told = read(item)
            except ValueError as error:
                self.wrong[place] = [str(error)]
                continue
            problems = problems_of(told)
            if problems:
                self.wrong[place] = problems
            else:
                found[place] = told
        return found

    def refuse(self, place: int, *problems: str) -> None:
        """This one cannot be kept after all."""
        self.wrong[place] = problems

    def answer(self) -> Answered:
        """How many were kept and what is wrong with the rest; 422 where all of them are wrong."""
        if len(self.wrong) == self.size:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, list(_placed(self.wrong.items())))
        return Answered(
            kept=self.size - len(self.wrong),
            refused=[
                RefusedOut(place=place, problems=[_problem(text) for text in problems])
                for place, problems in sorted(self.wrong.items())
            ],
        )


def _placed(wrong: Iterable[tuple[int, Sequence[str]]]) -> Iterable[str]:
    for place, problems in sorted(wrong):
        for text in problems:
            yield f"{place}.{text}"


def _problem(text: str) -> Problem:
    where, _, what = text.partition(": ")
    return Problem(where=where, what=what or where)
