"""The bounds of the house: small files, small functions, floors that hold."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from wismo.config import settings
from wismo.notify.channels import providers
from wismo.plumbing.events import Event
from wismo.wiring import REACTIONS, READERS

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = [
    path
    for folder in ("wismo", "tests")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
]


def _floors() -> list[set[str]]:
    """The rooms of each floor, the highest first, as pyproject.toml draws them."""
    drawn = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = drawn["tool"]["importlinter"]["contracts"][0]["layers"]
    return [{room.strip() for room in layer.split("|")} for layer in layers]


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_file_is_longer_than_300_lines() -> None:
    lengths = {str(p.relative_to(ROOT)): len(p.read_text(encoding="utf-8").splitlines()) for p in FILES}
    assert {path: lines for path, lines in lengths.items() if lines > 300} == {}


def test_no_function_is_longer_than_40_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in FILES
        for node in _functions(path)
        if (node.end_lineno or 0) - node.lineno >= 40
    ]
    assert long == []


def test_foreign_keys_point_down() -> None:
    rank = {room: floor for floor, rooms in enumerate(_floors()) for room in rooms}
    up = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.many_to_one and field.concrete and field.related_model is not None
        if model._meta.app_label in rank and field.related_model._meta.app_label in rank
        if rank[field.related_model._meta.app_label] < rank[model._meta.app_label]
    ]
    assert up == []


def test_every_table_of_the_house_carries_its_shop() -> None:
    mine = [model for model in apps.get_models() if model.__module__.startswith("wismo.")]
    shopless = {model.__name__ for model in mine if "shop_id" not in {f.attname for f in model._meta.fields}}
    assert shopless == {"Shop", "User"}


def _events(kind: type[Event]) -> Iterator[type[Event]]:
    for sub in kind.__subclasses__():
        yield sub
        yield from _events(sub)


def test_every_event_is_listed_in_the_wiring() -> None:
    # By name: a dataclass with slots leaves the class it was made from behind.
    kinds = {event.__qualname__ for event in _events(Event) if event.__module__.startswith("wismo.")}
    assert kinds == {event.__qualname__ for event in REACTIONS}


def test_every_pack_has_a_reader_and_samples() -> None:
    carriers, samples = ROOT / "wismo" / "carriers", ROOT / "tests" / "carriers" / "samples"
    packs = {path.stem for path in (carriers / "packs").glob("*.toml")}
    connectors = {path.stem for path in (carriers / "karrio").glob("*.toml")}
    assert packs == {folder.name for folder in samples.iterdir()} - {"karrio"}
    assert connectors == {folder.name for folder in (samples / "karrio").iterdir()}
    heard = {provider.key for provider in providers().values() if provider.hears}
    assert packs | {f"karrio:{name}" for name in connectors} | heard == set(READERS)


def test_the_environments_names_are_all_told_in_the_example() -> None:
    source = Path(settings.__file__).read_text(encoding="utf-8")
    read = {
        node.args[0].value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"env", "flag"}
        if isinstance(node.args[0], ast.Constant)
    }
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    told = {line.partition("=")[0] for line in example.splitlines() if "=" in line and line[0] != "#"}
    assert read == told


def test_only_the_settings_read_the_environment() -> None:
    allowed = {"wismo/config/settings.py", "wismo/config/wsgi.py", "wismo/cli/main.py"}
    passing_it_on = {"wismo/cli/demo.py", "wismo/cli/serving.py"}  # to the processes they start
    found = {
        str(path.relative_to(ROOT))
        for path in FILES
        if path.is_relative_to(ROOT / "wismo") and "os.environ" in path.read_text(encoding="utf-8")
    }
    benches = {path for path in found if path.startswith("wismo/bench/")}
    assert found - allowed - passing_it_on - benches == set()


@pytest.mark.django_db
def test_the_migrations_are_those_of_the_models() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"], cwd=ROOT, capture_output=True
    )
    assert done.returncode == 0, done.stdout.decode()


def test_no_registry_or_machine_is_named_in_any_file() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    forbidden = ["--index-" + "url", "files.python" + "hosted", "/" + "root/", '"resol' + 'ved":']
    named = [
        f"{name}: {word}"
        for name in tracked.split()
        for word in forbidden
        if (ROOT / name).is_file() and word.encode() in (ROOT / name).read_bytes()
    ]
    assert named == []
