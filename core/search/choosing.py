"""What a search tries next: every family as it comes, then more of those that do well."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any

from core.evaluate.metric import Better
from core.models.family import family
from core.models.member import Params
from core.search.space import defaults, space
from core.search.trial import Ended, Trial, ahead, leaders
from core.search.trying import Ask
from core.search.wish import Search

if TYPE_CHECKING:
    from optuna import Study
    from optuna import Trial as Suggested
    from optuna.distributions import BaseDistribution

SHARE = 0.5  # of the time that the family before it gets
FIRST_AT_RANDOM = 6  # settings of a family, before those found are learned from
DIGITS = 3
BY_TPE, DRAWS = 5, 40  # draws of a family, before all of its settings are taken to be tried
OVER = 1.3  # how much longer than the last ones a trial may take


class Chooser:
    """Trials so far and the next one; may be asked from several threads.

    Each family is tried with its own settings first, quick ones before slow ones. From then on
    time is given out: the best family gets half of it, the next a quarter, and so on, and within a
    family settings are drawn by TPE (Bergstra et al. 2011; Optuna). ``until()`` is when trials
    must have ended, in seconds since 1970, and ``now()`` the time.
    """

    def __init__(
        self, asked: Search, known: Iterable[Trial], now: Callable[[], float],
        until: Callable[[tuple[Trial, ...]], float],
    ) -> None:  # fmt: skip
        self._asked, self._now, self._until = asked, now, until
        self._lock = threading.RLock()
        self._trials: list[Trial] = []
        self._studies: dict[str, Study] = {}
        self._open: dict[int, Suggested] = {}
        self._at_work: dict[int, tuple[str, float]] = {}  # the family, and since when
        self._started: set[str] = set()
        self._exhausted: set[str] = set()
        self._asked_for: set[str] = set()
        self._numbers = 0
        for trial in known:
            self._note(trial)

    def next(self) -> Ask | None:
        """What to try next; None where there is no time for anything more, or nothing more."""
        with self._lock:
            left = self._until(tuple(self._trials)) - self._now()
            if left <= 0:
                return None
            first = next((key for key in self._in_order() if key not in self._started), None)
            if first is not None:
                self._started.add(first)
                return self._ask(first, defaults(family(first)), True)
            while (key := self._family(left)) is not None:
                params = self._drawn(key)
                if params is not None:
                    return self._ask(key, params, False)
                self._exhausted.add(key)
            return None

    def learn(self, trial: Trial) -> None:
        """Takes in how a trial ended."""
        with self._lock:
            self._at_work.pop(trial.number, None)
            self._note(trial)

    def _ask(self, key: str, params: Params, finish: bool) -> Ask:
        trials, number = tuple(self._trials), self._numbers
        best = ahead(trials, self._asked.metric)
        self._at_work[number] = (key, self._now())
        self._numbers += 1
        self._asked_for.add(_name(key, params))
        return Ask(number, key, params, self._until(trials), best, finish)

    def _in_order(self) -> tuple[str, ...]:
        return tuple(sorted(self._asked.families, key=lambda key: family(key).effort))

    def _family(self, left: float) -> str | None:
        """The family that has had the least of its share of time, and whose trials fit in.

        What is at work has had the time since it began, and will have what is usual. Of a family
        whose first is still at work nobody knows what it takes: it waits, where there are others.
        """
        shares = self._shares()
        spent = dict.fromkeys(shares, 0.0)
        for trial in self._trials:
            if trial.family in spent:
                spent[trial.family] += trial.seconds
        for key, begun in self._at_work.values():
            if key in spent:
                spent[key] += max(self._usual(key), self._now() - begun)
        unknown = {key for key, _ in self._at_work.values() if not self._usual(key)}
        fitting = [key for key in shares if OVER * self._usual(key) <= left]
        return min(
            fitting, key=lambda key: (key in unknown, spent[key] / shares[key]), default=None
        )

    def _shares(self) -> dict[str, float]:
        """Of the families that something may still be found in."""
        standing = [t.family for t in leaders(tuple(self._trials), self._asked.metric)]
        at_work = dict.fromkeys(key for key, _ in self._at_work.values())
        standing += [key for key in at_work if key not in standing]
        able = [key for key in standing if self._space(key) and key not in self._exhausted]
        return {key: SHARE**place for place, key in enumerate(able)}

    def _usual(self, key: str) -> float:
        """Seconds of a family's whole trials, lately."""
        known = [t.seconds for t in self._trials if t.family == key and t.ended is Ended.WHOLE]
        return max(known[-3:], default=0.0)

    def _drawn(self, key: str) -> Params | None:
        """Settings that were not tried yet; None where they seem to be all.

        Where TPE wants the same again and again, any others are better than none.
        """
        from optuna.trial import TrialState

        usual, study = defaults(family(key)), self._study(key)
        for attempt in range(DRAWS):
            with _at_random(study, attempt) if attempt >= BY_TPE else nullcontext():
                suggested = study.ask(self._space(key))
            params = usual | {name: _short(value) for name, value in suggested.params.items()}
            if _name(key, params) not in self._asked_for:
                self._open[self._numbers] = suggested
                return params
            study.tell(suggested, state=TrialState.FAIL)
        return None

    def _space(self, key: str) -> dict[str, BaseDistribution]:
        return space(family(key), self._asked.spec.task)

    def _study(self, key: str) -> Study:
        if key not in self._studies:
            import optuna

            optuna.logging.set_verbosity(optuna.logging.WARNING)
            sampler = optuna.samplers.TPESampler(
                n_startup_trials=FIRST_AT_RANDOM,
                multivariate=True,
                seed=self._asked.spec.seed + len(self._trials),
            )
            up = self._asked.metric.better is Better.HIGHER
            self._studies[key] = optuna.create_study(
                direction="maximize" if up else "minimize", sampler=sampler
            )
            for trial in self._trials:
                self._tell(trial)
        return self._studies[key]

    def _note(self, trial: Trial) -> None:
        self._trials.append(trial)
        if trial.ended is not Ended.LATE and trial.family in self._asked.families:
            usual = defaults(family(trial.family))
            self._asked_for.add(_name(trial.family, usual | trial.params))
        self._numbers = max(self._numbers, trial.number + 1)
        if trial.ended is not Ended.LATE:
            self._started.add(trial.family)
        elif not any(t.family == trial.family and t.ended is Ended.WHOLE for t in self._trials):
            self._started.discard(trial.family)  # there may be more time another day
        if trial.family in self._studies:
            self._tell(trial)

    def _tell(self, trial: Trial) -> None:
        """Lets Optuna know: what it suggested, or what was known before it was there."""
        from optuna.trial import create_trial

        study = self._studies.get(trial.family)
        suggested = self._open.pop(trial.number, None)
        if study is None:
            return
        state, value = _as_optuna(trial)
        if suggested is not None:
            study.tell(suggested, value, state=state, skip_if_finished=True)
            return
        if value is None:
            return
        known, given = self._space(trial.family), defaults(family(trial.family)) | trial.params
        params: dict[str, Any] = {name: given[name] for name in known}
        with suppress(ValueError):  # settings as they come may lie outside of what is searched
            study.add_trial(create_trial(value=value, params=params, distributions=known))


def _name(key: str, params: Params) -> str:
    """One name for the same settings, in whatever order."""
    return f"{key} {sorted(params.items())}"


@contextmanager
def _at_random(study: Study, attempt: int) -> Iterator[None]:
    """What is drawn meanwhile follows nothing that is known."""
    from optuna.samplers import RandomSampler

    usual, study.sampler = study.sampler, RandomSampler(len(study.trials) + attempt)
    try:
        yield
    finally:
        study.sampler = usual


def _short(value: Any) -> Any:
    """A number that a person can read out."""
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def _as_optuna(trial: Trial) -> tuple[Any, float | None]:
    """A trial that was given up counts with the folds it has: they are behind."""
    from optuna.trial import TrialState

    if trial.ended in (Ended.WHOLE, Ended.BEHIND) and math.isfinite(trial.score):
        return TrialState.COMPLETE, trial.score
    return TrialState.FAIL, None
