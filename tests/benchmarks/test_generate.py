"""`generate`: a new database is filled, its tokens are kept privately, and no other is touched."""

import json
from pathlib import Path

import pytest
from django.db import models, transaction
from pytest_django import Settings

from recommendations.models import AccessToken, Inspection
from recommendations.operations.snapshot import columns
from recommendations.record.chain import canonical, digest
from tests.benchmarks.generate import main
from tests.benchmarks.generation import nation
from tests.benchmarks.generation.batch import MADE
from tests.factories import emptied


@pytest.fixture
def var(keys_go_on: None, db: None, settings: Settings, tmp_path: Path) -> Path:
    """A new installation with a directory of its own."""
    emptied(demonstration=False)
    settings.VAR_DIR = settings.CHECKPOINTS_DIR = tmp_path
    return tmp_path


def run(*options: str) -> str:
    return main(["--scale=0.0005", "--day=2026-11-01", *options])


def rows_as_text(model: type[models.Model]) -> list[dict[str, str]]:
    """The rows of a model without keys: those of bodies and people are the database's own."""
    fields = [f.attname for f in columns(model) if not f.is_relation and not f.primary_key]
    rows = model._default_manager.order_by("pk").values(*fields)
    return [{name: str(value) for name, value in row.items()} for row in rows]


def digest_of_all() -> str:
    return digest(canonical([rows_as_text(model) for model in MADE if not model._meta.auto_created]))


def test_it_says_what_it_made(var: Path) -> None:
    assert "1 inspections, 10 recommendations" in run()


def test_the_tokens_are_kept_where_only_their_owner_can_read_them(var: Path) -> None:
    run()
    kept = var / "access.json"
    token = json.loads(kept.read_text())["rarest-pdu"]["token"]
    assert kept.stat().st_mode & 0o777 == 0o600
    assert AccessToken.objects.filter(token_key=token[:15], user__username="rarest-pdu").exists()


def test_nothing_else_is_left_in_the_directory(var: Path) -> None:
    run()
    assert [path.name for path in var.iterdir()] == ["access.json"]


def test_a_second_run_is_refused_and_says_what_to_do(var: Path) -> None:
    run()
    with pytest.raises(SystemExit, match="TRACKER_VAR"):
        run("--seed=2")
    assert Inspection.objects.count() == 1


def test_what_was_stopped_half_way_says_so_to_the_next_run(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as stopping:
        stopping.setattr(nation, "seal_all", stop)
        with pytest.raises(KeyboardInterrupt):
            run()
    with pytest.raises(SystemExit, match="incomplete"):
        run()


@pytest.mark.usefixtures("var")
def test_the_same_seed_gives_the_same_rows_and_another_seed_others() -> None:
    found = []
    for seed in ("1", "1", "2"):
        with transaction.atomic():
            run(f"--seed={seed}")
            found.append(digest_of_all())
            transaction.set_rollback(True)
    assert found[0] == found[1] != found[2]


@pytest.mark.parametrize("scale", ["0", "-1", "nan", "much", "1e9"])
def test_an_impossible_scale_is_refused(scale: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([f"--scale={scale}"])
    assert "scale" in capsys.readouterr().err
