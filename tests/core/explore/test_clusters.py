from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score, silhouette_score

from core.errors import AllAlike, TooFewToGroup
from core.explore.clusters import Clusters, Method, Tried, Wish, chosen, clusters, largest_first
from core.progress import Cancelled

SIZES = (70, 50, 40)


def blobs() -> tuple[np.ndarray, np.ndarray]:
    """Three groups far apart in four columns, mixed up."""
    chance = np.random.default_rng(3)
    truth = np.repeat([0, 1, 2], SIZES)
    middles = np.array([[0, 0, 0, 0], [8, 0, 8, 0], [0, 8, 0, 8]])
    order = chance.permutation(len(truth))
    x = middles[truth] + chance.normal(size=(len(truth), 4))
    return x[order].astype("float32"), truth[order]


@pytest.fixture(scope="module")
def found() -> Clusters:
    return clusters(blobs()[0], Wish())


def test_groups_that_lie_apart_are_found_with_their_number(found: Clusters) -> None:
    x, truth = blobs()
    assert found.chosen.segments == 3
    assert adjusted_rand_score(found.labels, truth) == 1.0
    assert np.bincount(found.labels).tolist() == list(SIZES)
    assert found.chosen.silhouette == pytest.approx(silhouette_score(x, truth), abs=1e-6)
    assert found.chosen.stability == pytest.approx(1.0)
    assert (found.chosen.smallest, found.fitted) == (40, 160)
    assert [each.segments for each in found.tried] == [2, 3, 4, 5, 6, 7, 8]


def test_another_seed_finds_the_same_and_the_same_seed_repeats(found: Clusters) -> None:
    x, _ = blobs()
    again = clusters(x, Wish(segments=3, seed=9))
    assert (again.labels == found.labels).all()
    twice = [clusters(x, Wish(segments=4, seed=1)) for _ in range(2)]
    assert (twice[0].labels == twice[1].labels).all()
    assert twice[0].chosen == twice[1].chosen


def test_a_mixture_is_chosen_by_its_bic() -> None:
    x, truth = blobs()
    found = clusters(x, Wish(Method.GAUSSIAN))
    assert adjusted_rand_score(found.labels, truth) == 1.0
    bics = {each.segments: each.bic for each in found.tried if each.bic is not None}
    assert min(bics, key=lambda segments: bics[segments]) == found.chosen.segments == 3


def test_an_asked_number_is_taken() -> None:
    found = clusters(blobs()[0], Wish(segments=5))
    assert len(np.unique(found.labels)) == found.chosen.segments == 5
    assert len(found.tried) == 1


def tries(*entries: tuple[int, float, float, int]) -> tuple[Tried, ...]:
    return tuple(Tried(*entry) for entry in entries)


@pytest.mark.parametrize(
    ("entries", "segments"),
    [
        (((2, 0.3, 0.9, 400), (3, 0.4, 0.9, 100)), 3),
        (((2, 0.3, 0.9, 400), (3, 0.4, 0.7, 100)), 2),  # not found again
        (((2, 0.3, 0.9, 400), (3, 0.4, 0.9, 9)), 2),  # fewer than ten, and than a hundredth
        (((2, 0.3, 0.5, 400), (3, 0.4, 0.6, 100)), 3),  # none is stable: the one that is most
        (((2, 0.3, 0.8, 5), (3, 0.4, 0.8, 5)), 3),  # all are small
    ],
)
def test_the_choice_of_how_many(
    entries: tuple[tuple[int, float, float, int], ...], segments: int
) -> None:
    assert chosen(tries(*entries), Method.K_MEANS, 1000).segments == segments


def test_the_largest_comes_first_and_ties_go_to_who_comes_first() -> None:
    assert largest_first(np.array([5, 2, 2, 7, 5, 2])).tolist() == [1, 0, 0, 2, 1, 0]
    assert largest_first(np.array([9, 4, 4, 9])).tolist() == [0, 1, 1, 0]


def test_it_stops_when_asked() -> None:
    told: list[float] = []

    def report(share: float, stage: str) -> None:
        told.append(share)
        if len(told) == 4:
            raise Cancelled

    with pytest.raises(Cancelled):
        clusters(blobs()[0], Wish(), report)
    assert told == sorted(told)
    assert 0 <= told[0] < told[-1] < 1


def test_too_few_or_too_alike_is_said() -> None:
    with pytest.raises(TooFewToGroup) as few:
        clusters(blobs()[0][:20], Wish())
    assert few.value.facts == {"rows": 20, "least": 50}
    with pytest.raises(AllAlike):
        clusters(np.ones((80, 3), "float32"), Wish())


def test_two_different_rows_make_two_segments() -> None:
    x = np.repeat([[0.0, 1.0], [3.0, 0.0]], [60, 20], axis=0).astype("float32")
    assert np.bincount(clusters(x, Wish()).labels).tolist() == [60, 20]
