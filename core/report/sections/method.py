"""How it was made: the family, its settings, the libraries, and what it took."""

from __future__ import annotations

from dataclasses import fields

from core.models.family import family
from core.report.known import Known
from core.report.section import alone
from core.report.wording import QUIET, family_name, setting, when
from core.review.piece import Listed, Piece, Said


def _pieces(known: Known) -> tuple[Piece, ...]:
    spec, model = known.spec, known.saved.model
    pieces: list[Piece] = [
        Said(f"models.{spec.family}.about"),
        Listed("report.method.making", QUIET, _making(known)),
    ]
    made = _settings(known)
    headers = ("report.method.setting", "report.method.value")
    pieces.append(
        Listed("report.method.settings", headers, made)
        if made
        else Said("report.method.no_settings")
    )
    pieces += [Said(note) for note in model.notes if note != "train.note.copies"]
    if spec.balanced:
        pieces.append(Said("report.method.balanced"))
    libraries = tuple(known.libraries.items())
    pieces.append(
        Listed("report.method.libraries", ("report.method.library", "report.method.version"),
               libraries)
    )  # fmt: skip
    return tuple(pieces)


def _making(known: Known) -> tuple[tuple[object, ...], ...]:
    say, saved, spec = known.say, known.saved, known.spec
    return (
        (say("report.summary.kind"), family_name(known)),
        (say("report.method.name"), known.name),
        (say("report.method.seed"), str(spec.seed)),
        (say("report.method.engine"), saved.model.engine or say("report.method.own_engine")),
        (say("report.method.trained"), when(saved.trained_at)),
        (say("report.method.seconds"), round(saved.seconds, 1)),
        (say("report.method.rows"), saved.model.training_rows),
        (say("report.summary.id"), spec.id),
        (say("report.method.digest"), known.digest),
    )


def _settings(known: Known) -> tuple[tuple[object, ...], ...]:
    """Every setting as it was used, those of a smaller form as well where they were."""
    kind, say = family(known.spec.family), known.say
    used = kind.settings(known.spec.params)
    if kind.members is not None:
        of = [say(f"models.{each.family}.name") for each in kind.members(used)]
        return tuple((say("report.method.member", number=n), m) for n, m in enumerate(of, 1))
    found = []
    for each in fields(kind.params):
        label = f"models.{kind.key}.settings.{each.name}.label"
        value = getattr(used, each.name)
        if label in say:
            found.append((say(label), setting(kind.key, each.name, value, say)))
        elif value != each.default:
            found.append((each.name, str(value)))
    return tuple(found)


SECTION = alone("method", 50, _pieces)
