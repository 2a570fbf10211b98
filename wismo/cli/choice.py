"""Which shop a command is about."""

from collections.abc import Callable
from typing import Any, TypeVar

import click
from django.db import OperationalError, ProgrammingError

from wismo.shops.queries import shop_ids


def shop_named(slug: str | None) -> int:
    """The id of the shop; without a slug, of the only one there is."""
    try:
        shops = shop_ids()
    except (OperationalError, ProgrammingError) as error:
        raise click.ClickException(
            f"the database cannot be read ({error}); `wismo migrate` makes its tables"
        ) from None
    if slug is None and len(shops) == 1:
        return next(iter(shops.values()))
    if slug is not None and slug in shops:
        return shops[slug]
    what = f"no shop is called {slug!r}" if slug else "say which shop with --shop"
    raise click.ClickException(
        f"{what}; there are: {', '.join(shops) or 'none yet (wismo shop open makes one)'}"
    )


Function = TypeVar("Function", bound=Callable[..., Any])


def shop_option() -> Callable[[Function], Function]:
    """`--shop SLUG`; may be left out where there is only one shop."""
    return click.option(
        "--shop",
        callback=lambda _ctx, _param, slug: shop_named(slug),
        help="The shop's slug, if there are several.",
    )
