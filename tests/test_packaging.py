"""What is shipped: the lock, the licence, the settings, the README, the commands."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from core.charts.colours import SERIES
from core.cli import app
from core.text.phrases import languages

ROOT = Path(__file__).resolve().parents[1]
CONFIG = ROOT / ".streamlit" / "config.toml"
INDEX = re.compile(
    r"\bpypi\.|pythonhosted|--(extra-)?index-url[ =]+\S|--find-links|trusted-host"
    r"|artifactory|/simple/?(\s|$)",
    re.IGNORECASE,
)
THIS_MACHINE = re.compile(r"(?<![\w.])/(root|work|home/[a-z]+)/")
OWN_RULES = {"tests/test_packaging.py", ".secrets.baseline"}  # names of rules
REQUIREMENT = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)==[^ ]+( ; .+)? \\$")
READABLE = 4.5


@pytest.fixture(scope="module")
def tracked() -> dict[str, str]:
    """Name and text of every file that git keeps and that is text."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    found = {}
    for name in filter(None, listed.stdout.split("\0")):
        file = ROOT / name
        if file.is_file() and b"\0" not in (start := file.read_bytes()):
            found[name] = start.decode("utf-8", "replace")
    return found


def config() -> dict[str, Any]:
    return tomllib.loads(CONFIG.read_text("utf-8"))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    parts = [part / 255 for part in bytes.fromhex(colour[1:])]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def test_no_file_names_a_package_index(tracked: dict[str, str]) -> None:
    named = {
        name: found[0]
        for name, text in tracked.items()
        if name not in OWN_RULES and (found := INDEX.search(text))
    }
    assert named == {}


def test_no_file_names_a_place_on_the_machine_it_was_written_on(tracked: dict[str, str]) -> None:
    named = {
        name: found[0]
        for name, text in tracked.items()
        if name not in OWN_RULES and (found := THIS_MACHINE.search(text))
    }
    assert named == {}


def locked() -> dict[str, list[str]]:
    """Each requirement of the lock file and the lines that belong to it."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in (ROOT / "requirements.lock").read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if not line.startswith(" "):
            match = REQUIREMENT.match(line)
            assert match, line
            name = match["name"] + (match[2] or "")
            assert name not in found
            found[name] = []
        else:
            found[name].append(line.strip())
    return found


def test_every_locked_requirement_has_hashes() -> None:
    for name, lines in locked().items():
        assert any(re.match(r"--hash=sha256:[0-9a-f]{64}", line) for line in lines), name


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.split(r"[^A-Za-z0-9._-]", line)[0].lower().replace("_", "-") for line in wanted}
    assert names - {entry.split(" ;")[0] for entry in locked()} == set()


def test_the_theme_is_known_to_streamlit() -> None:
    command = [sys.executable, "-m", "streamlit", "config", "show"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "not a valid config option" not in shown.stdout + shown.stderr
    assert shown.stderr == ""


def test_the_app_listens_here_and_tells_nobody() -> None:
    found = config()
    assert found["server"]["address"] == "127.0.0.1"
    assert found["server"]["enableXsrfProtection"] is True
    assert found["server"]["maxUploadSize"] == 250
    assert found["browser"]["gatherUsageStats"] is False
    assert found["client"]["showErrorDetails"] == "none"
    assert found["client"]["showErrorLinks"] is False
    assert "http" not in CONFIG.read_text("utf-8")


def test_the_theme_draws_in_our_colours() -> None:
    assert tuple(config()["theme"]["chartCategoricalColors"]) == SERIES
    assert len(SERIES) >= 10


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_theme_can_be_read(mode: str) -> None:
    theme = config()["theme"][mode]
    grounds = [
        theme["backgroundColor"],
        theme["secondaryBackgroundColor"],
        theme["sidebar"]["backgroundColor"],
    ]
    assert min(contrast(theme["textColor"], ground) for ground in grounds) >= READABLE
    assert contrast(theme["primaryColor"], "#FFFFFF") >= READABLE
    assert contrast(theme["primaryColor"], theme["backgroundColor"]) >= READABLE


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


def test_the_licence_is_whole() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert len(text) > 10_000


def test_the_readme_is_short_and_true() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert len(text.splitlines()) < 100
    rules = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE)) <= rules
    commands = set(getattr(get_command(app), "commands", {}))
    shown = set(re.findall(r"^whybuy ([a-z-]+)", text, re.MULTILINE))
    assert shown
    assert shown <= commands
    named = set(re.findall(r"`((?:core|pages|tests|bench|data|docs)/[\w./]*)`", text))
    assert named
    assert {name for name in named if not (ROOT / name).exists()} <= {"data/workspace/"}


def test_words_and_settings_travel_with_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["core"]
    shipped = {file for pattern in patterns for file in (ROOT / "core").glob(pattern)}
    words = {file.parent.name for file in shipped if file.suffix == ".toml"}
    assert words == set(languages())
    looks = {file for file in (ROOT / "core").rglob("*") if file.suffix in (".css", ".js")}
    assert looks == {file for file in shipped if file.suffix != ".toml"} != set()
