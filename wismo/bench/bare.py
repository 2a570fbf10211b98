"""A letter's texts and page filled in by minijinja alone: what our own writing is measured against."""

import functools
from collections.abc import Callable

from minijinja import Environment
from mjml import mjml2html

from wismo.notify.channels.email import layout
from wismo.notify.port import Letter
from wismo.notify.wording import PARTS, all_texts
from wismo.notify.wording.writing import NUMBERS


def bare(letter: Letter) -> Callable[[], object]:
    """Fills the same six texts and the same page, with values that are ready."""
    texts, page = _texts(letter.language, letter.journey), _page()
    values = {name: int(said or 0) if name in NUMBERS else said for name, said in letter.values.items()}
    names, ready = tuple(PARTS), layout.values_of(letter)

    def fill() -> None:
        for name in names:
            texts.render_template(name, **values)
        page.render_template("page", **ready)

    return fill


@functools.cache
def _texts(language: str, journey: str) -> Environment:
    return Environment(
        templates=dict(all_texts()[language].journey[journey]),
        globals={"plural": lambda _count, **forms: forms["other"]},
        auto_escape_callback=lambda _name: False,
        undefined_behavior="strict",
    )


@functools.cache
def _page() -> Environment:
    source = mjml2html(layout.SOURCE.read_text(encoding="utf-8"))
    return Environment(
        templates={"page": source}, auto_escape_callback=lambda _name: "html", undefined_behavior="strict"
    )
