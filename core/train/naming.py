"""What a model is called: its family and whatever differs from the family's defaults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from core.models.family import USUAL, Preset, family
from core.models.member import Params as Settings
from core.text.phrases import Phrases, number
from core.train.form import is_smaller, whole
from core.train.spec import ModelSpec, Split, SplitKind

SETTINGS_TOLD = 2


def model_name(spec: ModelSpec, say: Phrases) -> str:
    """A short name such as "Random forest, 400 trees, balanced, held out by date"."""
    if is_smaller(spec):
        return say("train.name.smaller", name=model_name(whole(spec), say))
    made_of = _members(spec, say)
    parts = [say(f"models.{spec.family}.name")] if len(made_of) != 1 else []
    parts += made_of or _settings(spec, say)
    if spec.balanced:
        parts.append(say("train.name.balanced"))
    if spec.split.kind is not SplitKind.SHARE:
        parts.append(say(f"train.name.by_{spec.split.kind}", column=spec.split.column))
    elif spec.split.held_out != Split().held_out:
        parts.append(say("train.name.held_out", share=spec.split.held_out))
    if spec.seed:
        parts.append(say("train.name.seed", seed=spec.seed))
    return ", ".join(parts)


def _members(spec: ModelSpec, say: Phrases) -> list[str]:
    """What a model is made of, where it is made of others."""
    kind = family(spec.family)
    if kind.members is None:
        return []
    of = [say(f"models.{each.family}.name") for each in kind.members(kind.settings(spec.params))]
    if len(of) == 1:
        return [say("train.name.calibrated", name=of[0])]
    told = Counter(of)
    return [
        name if many == 1 else say("train.name.times", name=name, times=many)
        for name, many in told.items()
    ]


def _settings(spec: ModelSpec, say: Phrases) -> list[str]:
    """What differs from the family's defaults; only how much does, or the settings that it starts
    from, where that is a lot."""
    defaults, made = _defaults(spec), _made(spec)
    changed = [name for name, value in made.items() if value != defaults[name]]
    if len(changed) > SETTINGS_TOLD:
        preset = _preset(spec)
        if preset is not None:
            return [preset_name(spec.family, preset.key, say)]
        return [say("train.name.tuned", settings=len(changed))]
    return [
        say("train.name.setting", label=_label(spec, name, say), value=_words(spec, name, say))
        for name in changed
    ]


def _preset(spec: ModelSpec) -> Preset | None:
    """The settings of a name that the wish's are, if any."""
    defaults, made = _defaults(spec), _made(spec)
    known = family(spec.family).presets
    return next((each for each in known if defaults | each.settings == made), None)


def _defaults(spec: ModelSpec) -> Settings:
    usual: Any = family(spec.family).params()
    return {f.name: getattr(usual, f.name) for f in fields(usual)}


def _made(spec: ModelSpec) -> Settings:
    """Every setting; what another version left out is as it comes, what it had besides is not
    told."""
    return {name: spec.params.get(name, usual) for name, usual in _defaults(spec).items()}


def preset_name(of: str, preset: str, say: Phrases) -> str:
    """What settings to start from are called; ``of`` is the family's key."""
    return say("models.presets.usual" if preset == USUAL.key else f"models.{of}.presets.{preset}")


def _label(spec: ModelSpec, setting: str, say: Phrases) -> str:
    return say(f"models.{spec.family}.settings.{setting}.label")


def _words(spec: ModelSpec, setting: str, say: Phrases) -> str:
    value = spec.params[setting]
    choice = f"models.{spec.family}.settings.{setting}.choice.{value}"
    return say(choice) if choice in say else str(value)


def model_names(specs: Iterable[ModelSpec], say: Phrases) -> dict[str, str]:
    """Names by model id, told apart by the start of the id where they would be the same."""
    return names_by_id({spec.id: spec for spec in specs}, say)


def names_by_id(specs: Mapping[str, ModelSpec], say: Phrases) -> dict[str, str]:
    """The same of wishes whose ids are known: to make an id takes longer than to make a name."""
    names = {id_: model_name(spec, say) for id_, spec in specs.items()}
    taken = Counter(names.values())
    return {
        id_: name if taken[name] == 1 else say("train.name.same", name=name, id=id_[:4])
        for id_, name in names.items()
    }


def chosen_words(spec: ModelSpec, chosen: Mapping[str, float], say: Phrases) -> str:
    """The settings that were left to the family, and what it took for them."""
    return ", ".join(
        say("train.name.setting", label=_label(spec, name, say), value=number(value))
        for name, value in chosen.items()
    )
