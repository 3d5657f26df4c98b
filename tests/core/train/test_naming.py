"""What a model is called."""

from __future__ import annotations

from dataclasses import replace

from core.models.family import Task, family
from core.text.phrases import phrases
from core.train.naming import model_name, model_names
from core.train.spec import Split, SplitKind
from tests.core.train.shop import asked

SAY = phrases()


def test_a_plain_model_is_called_by_its_family() -> None:
    plain = asked(family="forest")
    assert model_name(plain, SAY) == SAY("models.forest.name")
    assert model_name(replace(plain, params={"trees": 200}), SAY) == model_name(plain, SAY)


def test_what_differs_is_named() -> None:
    params: dict[str, int | float | str | bool] = {"trees": 400, "max_features": "all"}
    spec = asked(family="forest", params=params, balanced=True, seed=7, split=Split(held_out=0.4))
    words = "models.forest.settings"
    assert model_name(spec, SAY).split(", ") == [
        SAY("models.forest.name"),
        f"{SAY(f'{words}.trees.label')}: 400",
        f"{SAY(f'{words}.max_features.label')}: {SAY(f'{words}.max_features.choice.all')}",
        SAY("train.name.balanced"),
        "40.0% held out",
        "seed 7",
    ]


def test_dates_and_groups_are_named() -> None:
    for kind, column in ((SplitKind.DATE, "since"), (SplitKind.GROUP, "household")):
        spec = asked(split=Split(kind, column=column))
        assert model_name(spec, SAY).endswith(f", held out by {column}")


def test_models_of_one_name_are_told_apart() -> None:
    first, second, other = asked(), asked(Task.REGRESSION), asked(seed=1)
    names = model_names([first, second, other], SAY)
    plain = SAY("models.linear.name")
    assert names[first.id] == f"{plain} ({first.id[:4]})"
    assert names[second.id] == f"{plain} ({second.id[:4]})"
    assert names[other.id] == f"{plain}, seed 1"


def test_settings_of_a_name_are_called_by_it() -> None:
    start = family("mlp").start("64-32-sigmoid", Task.BINARY).settings
    name = f"{SAY('models.mlp.name')}, {SAY('models.mlp.presets.64-32-sigmoid')}"
    assert model_name(asked(family="mlp", params=start), SAY) == name
    changed = asked(family="mlp", params=start | {"epochs": 7})
    assert model_name(changed, SAY) == f"{SAY('models.mlp.name')}, 6 settings changed"


def test_settings_of_another_version_are_no_fault() -> None:
    """Those it did not have are as they come, those that this one has not are not told."""
    older = asked(family="forest", params={"trees": 400})
    newer = asked(family="forest", params={"trees": 400, "colour": "red"})
    assert model_name(older, SAY) == model_name(newer, SAY) == "Random forest, Trees: 400"
