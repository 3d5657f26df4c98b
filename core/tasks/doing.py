"""What a worker can be asked to do, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pkgutil import resolve_name
from typing import Any

from core.data.memory import reading_limit

READING_SECONDS = 900  # of the processor's time, for one file
COMPARING_SECONDS = 2 * READING_SECONDS


def any_memory() -> int:
    """No limit."""
    return 1 << 62


@dataclass(frozen=True)
class Doing:
    """A task: ``run(home=, report=, **arguments)`` gives a plain result.

    It is named by its ``place``, "module:function": a worker brings what its own task needs and
    nothing more, which takes a third of the time that bringing everything takes. ``memory()`` is
    the most it may take, in bytes, ``seconds`` the most of the processor's time (0: any). Whether
    it takes its turn is said in ``core.jobs.LANES``.
    """

    place: str
    memory: Callable[[], int] = any_memory
    seconds: int = 0

    @property
    def run(self) -> Callable[..., dict[str, Any]]:
        """The task itself, imported now."""
        found: Callable[..., dict[str, Any]] = resolve_name(self.place)
        return found


TASKS: dict[str, Doing] = {
    "bring": Doing("core.tasks.tables:bring", reading_limit, READING_SECONDS),
    "bring_folder": Doing("core.tasks.tables:bring_folder", reading_limit),
    "bring_query": Doing("core.tasks.tables:bring_query", reading_limit),
    "try_sample": Doing("core.tasks.models:try_sample"),
    "check": Doing("core.tasks.tables:check", reading_limit),
    "reread": Doing("core.store.reread:reread", reading_limit, READING_SECONDS),
    "explore": Doing("core.store.explored:look_over", reading_limit),
    "remask": Doing("core.store.remask:remask", reading_limit),
    "protect": Doing("core.store.protection:protect_project"),
    "rotate": Doing("core.store.rotation:rotate_project"),
    "mend": Doing("core.tasks.tables:mend", reading_limit),
    "price": Doing("core.tasks.prices:price_remedy"),
    "train": Doing("core.tasks.models:train_model"),
    "find": Doing("core.store.search_work:find_model"),
    "examine": Doing("core.store.robustness:examine_model"),
    "calibrate": Doing("core.store.search_work:calibrate_model"),
    "shrink": Doing("core.store.shrinking:shrink_model"),
    "explain": Doing("core.tasks.reasons:explain_model"),
    "segment": Doing("core.tasks.segments:change_segment"),
    "find_segments": Doing("core.store.segmentation:find_segments"),
    "find_unusual": Doing("core.store.segmentation:find_unusual"),
    "gather": Doing("core.tasks.evidence:gather"),
    "quality": Doing("core.tasks.reasons:judge_reasons"),
    "compare": Doing("core.tasks.drifts:compare"),
    "compare_file": Doing("core.tasks.drifts:compare_file", seconds=COMPARING_SECONDS),
    "bring_log": Doing("core.store.log_work:bring_log", reading_limit),
    "bring_more": Doing("core.store.log_work:bring_more", reading_limit),
    "record": Doing("core.store.log_work:record_log"),
    "build": Doing("core.store.log_work:build_table"),
    "prove": Doing("core.store.log_work:prove_table"),
    "import_model": Doing("core.store.unpacking:import_model"),
    "restore_model": Doing("core.store.unpacking:restore_model"),
}
