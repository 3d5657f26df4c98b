"""Trials beside each other: on the cores of this machine, or wherever joblib can reach.

The variable WHYBUY_SEARCH_BACKEND names another of joblib's back ends ("dask", "ray", "spark"),
whose package and address are whoever's who sets it.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from typing import Any, TypeVar

import joblib
from joblib.externals.loky import get_reusable_executor
from joblib.externals.loky.process_executor import TerminatedWorkerError

from core.errors import BackendMissing, WorkKilled

BACKEND = "WHYBUY_SEARCH_BACKEND"
LOKY = "loky"
# what must be called before joblib knows the back end; Dask's client finds its scheduler by
# DASK_SCHEDULER_ADDRESS, or begins workers on this machine
REGISTERED = {
    "dask": ("distributed", "Client"),
    "ray": ("ray.util.joblib", "register_ray"),
    "spark": ("joblibspark", "register_spark"),
}
# a trial uses one core: what it calls must not take the others'
ONE_THREAD = {
    "LOKY_MAX_CPU_COUNT": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "-1",
}
Given = TypeVar("Given")


@dataclass(frozen=True)
class Pool:
    """How many trials work at once, and through which of joblib's back ends."""

    workers: int = 1
    backend: str = LOKY


def pool(environment: Mapping[str, str]) -> Pool:
    """As many as there are cores, or as the back end has."""
    backend = environment.get(BACKEND, "") or LOKY
    return Pool(joblib.cpu_count() if backend == LOKY else -1, backend)


def spread(
    of: Pool, work: Callable[..., Given], calls: Iterable[tuple[Any, ...]]
) -> Generator[Given]:
    """What ``work(*arguments)`` gives for each of ``calls``, in the order in which they end.

    Calls are drawn as workers get free, in threads of joblib. Arguments stay in memory: nothing of
    them is written to disk. Raises BackendMissing, and WorkKilled where a worker was ended from
    outside, which for the system is the way to get memory back.
    """
    todo = (joblib.delayed(work)(*arguments) for arguments in calls)
    with _reached(of) as known, _environment(ONE_THREAD):
        # "2 * n_jobs" ahead would be chosen without knowing what those at work find
        usual = {"n_jobs": of.workers, "batch_size": 1, "pre_dispatch": "n_jobs", **known}
        try:
            parallel = joblib.Parallel(return_as="generator_unordered", **usual)
        except ValueError:  # a back end that gives everything at once or nothing
            yield from _in_waves(joblib.Parallel(**usual), todo)
            return
        found = parallel(todo)
        try:
            for each in found:  # noqa: UP028 - "yield from" would close it before we can
                yield each
        except TerminatedWorkerError as fault:
            raise WorkKilled(work.__name__, str(fault)) from fault
        finally:
            _ended(found, of)


def _ended(found: Any, of: Pool) -> None:
    """Whoever looks no longer wants what is still at work."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # joblib's: that it was for nothing
        found.close()
        if of.backend == LOKY and of.workers != 1:
            get_reusable_executor().shutdown(wait=True, kill_workers=True)


def _in_waves(parallel: Any, todo: Iterator[Any]) -> Iterator[Any]:
    with parallel:  # or every wave begins workers of its own
        while wave := list(islice(todo, max(1, parallel._effective_n_jobs()))):
            yield from parallel(wave)


@contextmanager
def _reached(of: Pool) -> Iterator[dict[str, Any]]:
    """What joblib is to be told: its own processes, or a back end that was registered."""
    if of.backend == LOKY:
        yield {"max_nbytes": None}
        return
    module, register = REGISTERED.get(of.backend, ("", ""))
    try:
        made = getattr(import_module(module), register)() if module else None
        with made or nullcontext(), joblib.parallel_config(of.backend):
            yield {}
    except (ImportError, ValueError, KeyError, OSError) as fault:
        raise BackendMissing(of.backend, str(fault)) from fault


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """For processes that begin within; this one's own is as it was afterwards."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
