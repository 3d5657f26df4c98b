"""A column of free text becomes a few cells of the matrix: which words it says, and how much.

Words and pairs of words are weighed by how few texts have them (tf-idf; Spärck Jones 1972, Salton
& Buckley 1988) and drawn together into a few directions along which texts differ most (latent
semantic analysis; Deerwester et al. 1990). No word is kept that fewer than ten training rows have:
what only a few say tells nothing of others, and may be somebody's name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.models.family import Floats

ROWS_OF_A_WORD = 10  # training rows that must have it
OF_TEXTS = 0.5  # what more texts than that have is told by what the others have
WORDS_AT_MOST = 600  # words and pairs that a column keeps
DIRECTIONS_AT_MOST = 16
LONGEST = 20_000  # characters of a text that are read
NOTHING = 1e-9  # of the strongest direction: rounding
WORD = re.compile(r"\w\w+")


@dataclass(frozen=True)
class TextPart:
    """``words`` (or pairs, with a blank between) with their ``weights`` (words,), and the
    ``directions`` (directions, words) that texts are measured along.

    The cells are one a direction and the logarithm of the length, each less its mean and over its
    deviation in ``means`` and ``scales`` (0 where nothing varied), then perhaps "missing". A gap is
    average in all others. Words that training did not see are nothing.
    """

    words: tuple[str, ...]
    weights: tuple[float, ...]
    directions: tuple[tuple[float, ...], ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    indicator: bool = False

    @property
    def width(self) -> int:
        """Cells of the matrix."""
        return len(self.directions) + 1 + self.indicator

    @cached_property
    def _places(self) -> dict[str, int]:
        return {word: place for place, word in enumerate(self.words)}

    @cached_property
    def _firsts(self) -> frozenset[str]:
        """Words that a pair begins with: most of a text's pairs need not be looked up."""
        return frozenset(word.split()[0] for word in self.words if " " in word)

    @cached_property
    def _arrays(self) -> tuple[Floats, Floats, Floats, Floats]:
        across = np.array(self.directions, "float64").reshape(len(self.directions), len(self.words))
        return np.array(self.weights), across.T, np.array(self.means), np.array(self.scales)

    def speaking(self, direction: int, how_many: int) -> tuple[str, ...]:
        """The words that put a text farthest along a direction."""
        along = np.array(self.directions[direction])
        order = np.argsort(-along, kind="stable")[:how_many]
        return tuple(self.words[place] for place in order if along[place] > 0)

    def measured(self, texts: list[str]) -> Floats:
        """Texts (n,) along the directions and the logarithm of their length, not yet scaled:
        (n, directions + 1)."""
        found = np.zeros((len(texts), len(self.directions) + 1))
        across = self._arrays[1]
        for row, text in enumerate(texts):
            places, values = self.weighed(text)
            found[row, :-1] = values @ across[places]
            found[row, -1] = np.log1p(len(text))
        return found

    def weighed(self, text: str) -> tuple[NDArray[np.int64], Floats]:
        """The places of a text's known words, and how often each is there times its weight: as a
        vector of length 1."""
        told = np.fromiter(self._found(text), np.int64)
        places, counts = np.unique(told, return_counts=True)
        values = counts * self._arrays[0][places]
        return places, values / (np.sqrt(values @ values) or 1.0)

    def _found(self, text: str) -> Iterator[int]:
        """The place of each known word and pair of a text, as often as it is there."""
        words, places, firsts = words_of(text), self._places, self._firsts
        for word in words:
            if word in places:
                yield places[word]
        if firsts:
            for one, other in pairwise(words):
                if one in firsts and (pair := f"{one} {other}") in places:
                    yield places[pair]


def words_of(text: str) -> list[str]:
    """The words of a text in order: two letters or digits at least, in small letters."""
    return WORD.findall(text[:LONGEST].lower())


def text_part(cells: pd.Series) -> TextPart:
    """What is learned of the texts of training rows (n,); of gaps, that there were any."""
    texts = [str(cell) for cell in cells.dropna()]
    indicator = len(texts) < len(cells)
    if not texts:
        return TextPart((), (), (), (0.0,), (0.0,), indicator)
    counts = _counted(texts)
    words = tuple(sorted(counts))
    weights = np.log((1 + len(texts)) / (1 + np.array([counts[word] for word in words]))) + 1
    bare = TextPart(words, tuple(weights.tolist()), (), (), (), indicator)
    along = _directions([bare.weighed(text) for text in texts], len(words))
    part = replace(bare, directions=along)
    values = part.measured(texts)
    scales = np.where(np.ptp(values, axis=0) > NOTHING, values.std(axis=0), 0.0)
    return replace(part, means=tuple(values.mean(axis=0).tolist()), scales=tuple(scales.tolist()))


def encode_texts(part: TextPart, cells: pd.Series) -> Floats:
    """The cells (n, width) of texts (n,)."""
    known = cells.notna().to_numpy()
    found = np.zeros((len(cells), part.width))
    if known.any():
        _, _, means, scales = part._arrays
        values = part.measured([str(cell) for cell in cells[known]]) - means
        scaled = np.divide(values, scales, out=np.zeros_like(values), where=scales > 0)
        found[known, : len(means)] = scaled
    if part.indicator:
        found[:, -1] = ~known
    return found


def _counted(texts: list[str]) -> dict[str, int]:
    """In how many texts each word and pair is that is kept: the most frequent.

    A pair is in no more texts than either of its words, so that only pairs of words that are
    frequent enough themselves are counted.
    """
    most = OF_TEXTS * len(texts)
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(set(words_of(text)))
    words = _kept(counts, most)
    least = min(words.values(), default=0) if len(words) == WORDS_AT_MOST else ROWS_OF_A_WORD
    known = {word for word, count in counts.items() if count >= least}
    pairs: Counter[str] = Counter()
    for text in texts:
        of_text = pairwise(words_of(text))
        pairs.update({f"{a} {b}" for a, b in of_text if a in known and b in known})
    return _kept({**words, **pairs}, most)


def _kept(counts: dict[str, int], most: float) -> dict[str, int]:
    """Of words that enough texts have and not too many, the most frequent."""
    enough = [word for word, count in counts.items() if ROWS_OF_A_WORD <= count <= most]
    frequent = sorted(enough, key=lambda word: (-counts[word], word))[:WORDS_AT_MOST]
    return {word: counts[word] for word in frequent}


def _directions(
    vectors: list[tuple[NDArray[np.int64], Floats]], words: int
) -> tuple[tuple[float, ...], ...]:
    """The first right singular vectors of the matrix (texts, words), strongest first.

    Each with its largest part above 0, as scikit-learn turns them.
    """
    from scipy.sparse import csr_array

    if not words:
        return ()
    stops = np.cumsum([0, *(len(places) for places, _ in vectors)])
    places, values = (np.concatenate(each) for each in zip(*vectors, strict=True))
    x = csr_array((values, places, stops), shape=(len(vectors), words))
    squares, found = np.linalg.eigh((x.T @ x).toarray())
    order = np.argsort(-squares)[:DIRECTIONS_AT_MOST]
    found = found[:, order[squares[order] > NOTHING * squares.max()]].T
    largest = found[np.arange(len(found)), np.abs(found).argmax(axis=1)]
    return tuple(tuple(each) for each in (found * np.sign(largest)[:, None]).tolist())
