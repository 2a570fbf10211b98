"""Asking whoever sits at the terminal for something that must not be seen there."""

import warnings
from getpass import GetPassWarning

import click


def ask(label: str, *, otherwise: str, twice: bool = False) -> str:
    """What is typed, unseen. ClickException with `otherwise` where nobody answers, or all could see it."""
    with warnings.catch_warnings():
        warnings.simplefilter(
            "error", GetPassWarning
        )  # no terminal: it would be read from anywhere, and shown
        try:
            typed: str = click.prompt(label, hide_input=True, confirmation_prompt=twice, err=True)
        except (click.Abort, GetPassWarning):
            raise click.ClickException(otherwise) from None
    return typed
