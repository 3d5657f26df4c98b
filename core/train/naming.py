"""What a model is called: its family and whatever differs from the family's defaults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import fields

from core.models.family import family
from core.text.phrases import Phrases
from core.train.spec import ModelSpec, Split, SplitKind


def model_name(spec: ModelSpec, say: Phrases) -> str:
    """A short name such as "Random forest, 400 trees, balanced, held out by date"."""
    defaults = {f.name: f.default for f in fields(family(spec.family).params)}
    parts = [say(f"models.{spec.family}.name")]
    parts += [
        say("train.name.setting", label=_label(spec, name, say), value=_words(spec, name, say))
        for name, value in spec.params.items()
        if value != defaults[name]
    ]
    if spec.balanced:
        parts.append(say("train.name.balanced"))
    if spec.split.kind is not SplitKind.SHARE:
        parts.append(say(f"train.name.by_{spec.split.kind}", column=spec.split.column))
    elif spec.split.held_out != Split().held_out:
        parts.append(say("train.name.held_out", share=spec.split.held_out))
    if spec.seed:
        parts.append(say("train.name.seed", seed=spec.seed))
    return ", ".join(parts)


def _label(spec: ModelSpec, setting: str, say: Phrases) -> str:
    return say(f"models.{spec.family}.settings.{setting}.label")


def _words(spec: ModelSpec, setting: str, say: Phrases) -> str:
    value = spec.params[setting]
    choice = f"models.{spec.family}.settings.{setting}.choice.{value}"
    return say(choice) if choice in say else str(value)


def model_names(specs: Iterable[ModelSpec], say: Phrases) -> dict[str, str]:
    """Names by model id, told apart by the start of the id where they would be the same."""
    names = {spec.id: model_name(spec, say) for spec in specs}
    taken = Counter(names.values())
    return {
        id_: name if taken[name] == 1 else say("train.name.same", name=name, id=id_[:4])
        for id_, name in names.items()
    }
