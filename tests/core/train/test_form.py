"""A smaller form's wish tells what it is a form of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.errors import BadSetting
from core.models.family import families, family
from core.models.member import Params
from core.search.space import defaults
from core.text.phrases import phrases
from core.train.form import is_smaller, whole
from core.train.naming import model_name
from tests.core.train.shop import asked

FORMS: list[tuple[str, Params, Params]] = [
    ("forest", {"trees": 50}, {"kept": 9, "pruned": 0.001}),
    ("extra", {}, {"kept": 9}),
    ("boosting", {"leaves": 7}, {"kept": 30}),
    ("mlp", {"dropout": 0.2}, {"kept": 0, "weights": "int8"}),
]


@pytest.mark.parametrize(("key", "params", "form"), FORMS)
def test_the_whole_is_the_same_wish_without_the_form(
    key: str, params: Params, form: Params
) -> None:
    spec = asked(family=key, params=params, seed=3)
    small = replace(spec, params=params | form)
    assert is_smaller(small)
    assert not is_smaller(spec)
    assert whole(small) == spec
    assert whole(spec) is spec
    assert len({spec.id, small.id}) == 2
    say = phrases()
    assert model_name(small, say) == f"{model_name(spec, say)}, smaller form"
    assert set(form) <= {field.name for field in family(key).form}


@pytest.mark.parametrize("key", list(families()))
def test_what_tells_a_form_is_on_no_menu(key: str) -> None:
    """Nor in what a search or a wish writes out: models of before keep their ids."""
    kind = family(key)
    form = {field.name for field in kind.form}
    assert bool(form) == (kind.smaller is not None)
    assert not form & {field.name for field in kind.choices}
    assert not form & defaults(kind).keys()
    assert all(not field.metadata["searched"] for field in kind.form)


def test_a_form_has_limits() -> None:
    for wrong in ({"kept": -1}, {"pruned": 0.5}, {"kept": 1.5}):
        with pytest.raises(BadSetting):
            family("forest").settings(wrong)
    with pytest.raises(BadSetting):
        family("mlp").settings({"weights": "int4"})
