"""The pages on LINE, KakaoTalk, Telegram, web push, the feed: their commands run, their tables are true."""

import re
from pathlib import Path

import pytest

from tests.cli.test_commands import wismo
from tests.docs.test_channels import commands
from tests.docs.test_docs import DOCS
from tests.makers import a_shop
from tests.notify.channels.chats import a_letter
from wismo.notify.channels import passports
from wismo.notify.channels.kakao.alimtalk import alimtalk
from wismo.notify.channels.line_notice.notice import templated
from wismo.notify.models import ProviderTemplate
from wismo.notify.port import Approved

PAGES = {
    name: DOCS / "channels" / f"{name}.md" for name in ("line", "kakao", "telegram", "web-push", "in-app")
}


def write_files(page: Path, folder: Path) -> None:
    """The TOML that the page says to write into a file, under the name it gives."""
    text = page.read_text(encoding="utf-8")
    for name, content in re.findall(r"`(\w+\.toml)`:\n\n```toml\n(.*?)```", text, re.DOTALL):
        (folder / name).write_text(content, encoding="utf-8")


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.name)
def test_every_command_of_the_page_does_what_it_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_shop()
    write_files(page, tmp_path)
    monkeypatch.chdir(tmp_path)
    found = commands(page)
    assert found
    for env, arguments in found:
        done = wismo(*arguments, env=env)
        assert (done.exit_code, done.stderr) == (0, ""), arguments


@pytest.mark.django_db
def test_the_templates_of_the_pages_can_be_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_shop()
    monkeypatch.chdir(tmp_path)
    for name in ("kakao", "line"):
        write_files(PAGES[name], tmp_path)
        assert wismo("shop", "templates", "--enter", f"{name}.toml").exit_code == 0
    kakao, notice, _card = (filled(row) for row in ProviderTemplate.objects.order_by("pk"))
    made = alimtalk(a_letter(to="+821012345678", approved=kakao))
    assert made.content == "[a brand] 주문 a number 상품이 오늘 도착합니다."
    assert made.buttons[0]["linkMobile"] == "https://track.example/x"
    assert templated(notice, "https://track.example/x")["templateKey"] == "shipment_completed_ja"


def filled(row: ProviderTemplate) -> Approved:
    values = tuple(
        (name, "https://track.example/x" if name == "url" else f"a {name}") for name in row.variables
    )
    return Approved(row.name, row.language, row.category, row.body, values, row.extra)


def test_the_table_of_alimtalks_dealers_is_what_the_channel_says() -> None:
    text = PAGES["kakao"].read_text(encoding="utf-8")
    table = text.partition("\n| provider |")[2].partition("\n\n")[0].splitlines()[2:]
    rows = [[set(re.findall(r"`(\w+)`", cell)) for cell in line.strip("|").split("|")[:3]] for line in table]
    assert rows == [
        [
            {facts.key},
            {field.name for field in facts.fields if field.required},
            {field.name for field in facts.fields if not field.required} - {"api_url"},
        ]
        for facts in passports()["kakao"].providers
    ]


def test_the_table_of_lines_ways_is_what_the_channels_say() -> None:
    text = PAGES["line"].read_text(encoding="utf-8")
    for channel in ("line", "line_notice"):
        (facts,) = passports()[channel].providers
        row = next(line for line in text.splitlines() if line.startswith(f"| `{channel}` | `{facts.key}` |"))
        assert row.split("|")[4].strip().startswith("yes" if facts.idempotent else "no")
