"""What the project promises about itself: layers, catalogue, texts, engines, conventions."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from gates import catalogue, documentation, engine, increments, layers, personal
from gates.project import ROOT, Project, build_project
from rig.site import Bench

#: Unit tests of dbt that there are at least: none is lost without notice.
LEAST = 148
BOUNCER = Path(sys.executable).with_name("dbt-bouncer")


@pytest.fixture(scope="module")
def project(bench: Bench) -> Project:
    return build_project(bench)


def assert_none(found: list[str]) -> None:
    assert not found, "\n" + "\n".join(found)


def test_models_read_only_what_their_layer_may(project: Project) -> None:
    assert_none(layers.violations(project))


def test_no_model_is_excepted_from_the_layers() -> None:
    assert not layers.EXCEPTIONS


def test_who_is_touched_waits_for_who_announces(project: Project) -> None:
    assert_none(increments.violations(project))


def test_metrics_and_columns_are_the_same(project: Project) -> None:
    assert_none(catalogue.violations(project))


def test_a_metric_is_computed_in_one_file(project: Project) -> None:
    assert_none(catalogue.computed_elsewhere(project))


def test_the_number_of_metrics_is_decided() -> None:
    assert catalogue.counts() == catalogue.METRICS
    shown = {(row["metric_id"], row["panel"]) for row in catalogue.panels()}
    assert len(catalogue.panels()) == len(shown) == catalogue.PANEL_ROWS


def test_everything_is_described(project: Project) -> None:
    assert_none(documentation.undescribed(project))


def test_described_columns_are_the_built_columns(project: Project) -> None:
    assert_none(documentation.columns_apart(project))


def test_grain_sentences_and_uniqueness_tests_agree(project: Project) -> None:
    assert_none(documentation.grains_apart(project))


def test_keys_of_marts_are_never_null(project: Project) -> None:
    assert_none(documentation.keys_not_guarded(project))


def test_personal_data_is_marked(project: Project) -> None:
    assert_none(personal.named_like_one(project))
    assert_none(personal.holding_one(project))
    assert_none(personal.made_of_one(project))
    assert_none(personal.unused(project))


def test_texts_are_kept_no_longer_than_agreed(project: Project) -> None:
    assert_none(personal.kept_for_ever(project))


def test_engine_words_stay_in_the_engine_macros(project: Project) -> None:
    assert_none(engine.violations(project))


@pytest.mark.parametrize(
    "pattern", ["models/**/*.yml", "macros/**/*.yml", "seeds/*.yml", "analyses/*.yml"]
)
def test_yaml_files_are_short(pattern: str) -> None:
    long = [path for path in ROOT.glob(pattern) if len(path.read_text().splitlines()) >= 250]
    assert_none([f"{path.relative_to(ROOT)} has 250 lines or more" for path in long])


@pytest.mark.skipif(not BOUNCER.exists(), reason="dbt-bouncer is not in this environment")
def test_dbt_bouncer_finds_nothing(project: Project, tmp_path: Path) -> None:
    artifacts = project.site.bench.artifact("manifest.json").parent
    config = tmp_path / "dbt-bouncer.yml"
    text = (ROOT / "dbt-bouncer.yml").read_text()
    assert "dbt_artifacts_dir: target\n" in text
    config.write_text(
        text.replace("dbt_artifacts_dir: target\n", f"dbt_artifacts_dir: {artifacts}\n")
    )
    command = [str(BOUNCER), "run", "--config-file", str(config)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_every_unit_test_of_dbt_passes(project: Project) -> None:
    """A build leaves them out, because they check our SQL and nobody's data."""
    # they read column types off the relations, so those have to be there first
    done = project.site.run("test", "--select", "test_type:unit")
    assert done.code == 0, done.output[-6000:]
    passed = re.findall(r"\bPASS \w+::(\w+)", done.output)
    assert len(set(passed)) >= LEAST, sorted(passed)
