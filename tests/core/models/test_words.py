"""Every family, setting, choice, stage and note has its words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.models.family import USUAL, families
from core.text.phrases import FOLDER, phrases
from core.train.naming import preset_name

ROOM = FOLDER.parent / "models"
LANGUAGES = sorted(file.parent.name for file in FOLDER.glob("*/models.toml"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", list(families()))
def test_a_family_has_its_words(language: str, key: str) -> None:
    say = phrases(language)
    assert say(f"models.{key}.name")
    assert say(f"models.{key}.about").endswith(".")
    for known in families()[key].choices:
        at = f"models.{key}.settings.{known.name}"
        assert say(f"{at}.label")
        assert say(f"{at}.help").endswith(".")
        for choice in known.metadata["choices"]:
            assert say(f"{at}.choice.{choice}")
    for preset in (USUAL, *families()[key].presets):
        assert preset_name(key, preset.key, say)


@pytest.mark.parametrize("language", LANGUAGES)
def test_stages_and_notes_are_those_the_families_tell(language: str) -> None:
    code = "".join(Path(file).read_text("utf-8") for file in ROOM.glob("*.py"))
    used = set(re.findall(r'"(models\.(?:stage|note)\.\w+)"', code))
    every = phrases(language).keys()
    told = {key for key in every if key.startswith(("models.stage.", "models.note."))}
    assert used == told
