"""`make docs`: the README's pictures, taken from a running demo."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
SAFE = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"]


def main(folder: Path) -> None:
    """Take the tracking page and the console's overview."""
    folder.mkdir(parents=True, exist_ok=True)
    with _demo() as told, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SAFE)
        page = _page(browser)
        page.goto(_address(told, "split"))
        page.screenshot(path=folder / "tracking.png")
        _log_in(page, told)
        page.screenshot(path=folder / "console.png")
        browser.close()


@contextmanager
def _demo() -> Iterator[str]:
    """What a running demo printed."""
    with tempfile.TemporaryDirectory(prefix="wismo-pictures-") as home:
        env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {
            "WISMO_HOME": home
        }
        command = [sys.executable, "-m", "wismo.cli.main", "demo", "--port", "0"]
        demo = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
        lines: list[str] = []
        for line in demo.stdout or []:
            lines.append(line)
            if line.startswith("Ctrl-C"):
                break
        yield "".join(lines)
        demo.terminate()
        demo.wait(60)


def _address(told: str, what: str) -> str:
    (found,) = re.findall(rf"{what}.*?(http\S+)", told)
    return str(found)


def _page(browser: Browser) -> Page:
    return browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light").new_page()


def _log_in(page: Page, told: str) -> None:
    (address, email, password), *_ = re.findall(r"(http\S+)\s+\(log in as (\S+) with (\S+)\)", told)
    page.goto(address)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/*/")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
