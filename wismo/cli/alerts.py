"""`wismo shop alerts`: where the team is told of what needs a look."""

import click
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from wismo.cli.choice import shop_option
from wismo.config.settings import env
from wismo.notify import alerts
from wismo.notify.actions.telling import set_team
from wismo.notify.queries.alerts import open_alert_count
from wismo.notify.queries.telling import Team, teams

WHO = "wismo shop alerts"  # as the audit names whoever sits at the command line
URLS = "WISMO_ALERT_URLS"


@click.command("alerts")
@click.option("--email", "emails", multiple=True, help="Tell this address; repeat it for more.")
@click.option("--urls", "by_apprise", is_flag=True, help=f"Tell the addresses of Apprise in {URLS}, too.")
@click.option("--nobody", is_flag=True, help="Tell nobody; alerts are still shown in the console.")
@click.option("--test", is_flag=True, help="Say hello to all of them now.")
@shop_option()
def alerts_command(emails: tuple[str, ...], shop: int, **asked: bool) -> None:
    """Tell the team by e-mail, and through Apprise, when a provider refuses us or a message is in doubt.

    Apprise's addresses hold secrets: they are read from WISMO_ALERT_URLS, one a line, or from the file that
    WISMO_ALERT_URLS_FILE names, and are never shown.
    """
    if asked["nobody"] and (emails or asked["by_apprise"]):
        raise click.ClickException("say --nobody, or whom to tell, not both")
    if asked["nobody"]:
        set_team(shop, emails=[], urls=[], who=WHO, now=timezone.now())
    elif emails or asked["by_apprise"]:
        _set(shop, emails, by_apprise=asked["by_apprise"])
    team = teams([shop]).get(shop)
    click.echo(_told(team))
    if asked["test"]:
        _test(team)
    click.echo(f"{open_alert_count(shop)} open now")


def _set(shop: int, emails: tuple[str, ...], *, by_apprise: bool) -> None:
    for email in emails:
        try:
            validate_email(email)
        except ValidationError:
            raise click.ClickException(f"{email!r} is not an e-mail address") from None
    urls = env(URLS).split() if by_apprise else None
    if urls == []:
        raise click.ClickException(f"put Apprise's addresses into {URLS}, one a line")
    for url in urls or []:
        try:
            alerts.check(url)
        except ValueError as error:
            raise click.ClickException(str(error)) from error
    set_team(shop, emails=emails or None, urls=urls, who=WHO, now=timezone.now())


def _told(team: Team | None) -> str:
    if team is None:
        return "nobody is told of alerts: wismo shop alerts --email you@your-shop.example"
    places = [*team.emails]
    if team.urls:
        kinds = sorted({url.partition(":")[0] for url in team.urls})
        places.append(f"{len(team.urls)} by Apprise ({', '.join(kinds)})")
    missing = f"\n{alerts.MISSING}" if team.urls and not alerts.is_installed() else ""
    return f"told of alerts: {', '.join(places)}{missing}"


def _test(team: Team | None) -> None:
    if team is None:
        raise click.ClickException("there is nobody to say hello to")
    try:
        alerts.say(team, f"{team.shop}: a test", "This is a test. Alerts of Wismo will come here.\n")
    except alerts.NotToldError as error:
        raise click.ClickException(f"not told: {error}") from error
    click.echo("a test was sent")
