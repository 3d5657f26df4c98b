"""A first picture of a kernel machine's reasons: those of the log-odds, rescaled to the chance."""

from __future__ import annotations

from core.explain.shapley.kernel import Ready, background, prepare, shown_by
from core.explain.shapley.kernel import suits as is_machine
from core.explain.shapley.margin import Carried
from core.explain.shapley.method import Effects, Method
from core.models.family import Matrix, Task
from core.progress import Report
from core.train.training import TrainedModel


def effects(state: Ready, x: Matrix, of: int, report: Report) -> Effects:
    """Effects (rows, players) that add up to the chance but are not its own; no errors are known.

    The log-odds' exact values against each background row, times the slope of the line between
    the two rows' chances.
    """
    return shown_by(state, x, of, report, Carried.RESCALED)


def suits(model: TrainedModel) -> bool:
    """True for machines that show chances; a value's own reasons are exact and as quick."""
    return is_machine(model) and model.spec.task is not Task.REGRESSION


METHOD = Method("kernel_quick", prepare, effects, background, suits)
