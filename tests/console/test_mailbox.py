"""The demo's mailbox: the shop's own mails, read only, and nothing in them can run or lead out."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.console import busy, rows
from wismo.console import mailbox

pytestmark = pytest.mark.django_db
MAILS = "/console/halden/mailbox/"


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.MAILBOX = tmp_path / "mails"
    settings.MAILBOX.mkdir()
    return Path(settings.MAILBOX)


@pytest.fixture
def team() -> rows.Team:
    return rows.a_team()


def a_mail_of(team: rows.Team, folder: Path, name: str = "1.eml", subject: str = "On its way") -> None:
    message = rows.a_message(rows.an_order(team.shop, name), dedupe_key=name)
    busy.a_mail(folder, name, message.pk, subject)


def test_without_a_mailbox_there_is_no_such_room(team: rows.Team) -> None:
    assert team.client.get(MAILS).status_code == 404
    assert "Mailbox" not in team.client.get("/console/halden/").content.decode()


def test_mails_are_listed_newest_first(team: rows.Team, folder: Path) -> None:
    for n, name in enumerate(("b.eml", "c.eml", "a.eml")):
        a_mail_of(team, folder, name, f"mail {n}")
    page = team.client.get(MAILS)
    assert [row.subject for row in page.context["rows"]] == ["mail 2", "mail 1", "mail 0"]


def test_a_mail_is_shown_with_its_headers_text_and_html(team: rows.Team, folder: Path) -> None:
    a_mail_of(team, folder, subject="<script>alert(1)</script>")
    page = team.client.get(f"{MAILS}1.eml/")
    shown = page.content.decode()
    assert "<dt>To</dt><dd>sofia@example.com</dd>" in shown
    assert "parcel 2 will now arrive on Wednesday" in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script" not in shown
    assert f'<iframe class="mail" sandbox title="The mail’s HTML" src="{MAILS}1.eml/html/">' in shown
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]


def test_a_mails_html_is_served_where_nothing_can_run(team: rows.Team, folder: Path) -> None:
    a_mail_of(team, folder)
    answer = team.client.get(f"{MAILS}1.eml/html/")
    policy = {part.strip() for part in answer.headers["Content-Security-Policy"].split(";")}
    assert policy == {
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
        "sandbox",
    }
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize(
    "name", ["..%2Fsecret.eml", "../secret.eml", "%2e%2e%2fsecret.eml", "secret.txt", "link.eml"]
)
def test_no_file_beside_the_mails_is_reached(team: rows.Team, folder: Path, name: str) -> None:
    (folder.parent / "secret.eml").write_text("Subject: secret\n\nsecret")
    (folder / "secret.txt").write_text("secret")
    (folder / "link.eml").symlink_to(folder.parent / "secret.eml")
    assert team.client.get(f"{MAILS}{name}/").status_code == 404
    assert mailbox.mail(folder, "../secret.eml") is None


def test_a_mail_that_is_no_message_of_the_shop_is_not_shown(team: rows.Team, folder: Path) -> None:
    theirs = rows.a_message(rows.an_order(rows.a_shop("other")))
    busy.a_mail(folder, "1.eml", theirs.pk)
    (folder / "2.eml").write_text("Subject: stray\n\nno header of ours")
    assert team.client.get(MAILS).context["rows"] == []
    assert team.client.get(f"{MAILS}1.eml/").status_code == 404
    assert team.client.get(f"{MAILS}2.eml/").status_code == 404


def test_a_viewer_reads_no_mails(folder: Path) -> None:
    viewer = rows.a_team(role="viewer")
    a_mail_of(viewer, folder)
    assert viewer.client.get(MAILS).status_code == 403
    assert viewer.client.get(f"{MAILS}1.eml/html/").status_code == 403
    assert "Mailbox" not in viewer.client.get("/console/halden/").content.decode()
