"""All that was looked at for a review beyond what other pages keep; None for what was not yet."""

from __future__ import annotations

from dataclasses import dataclass

from core.review.better import Rival
from core.review.courses import Course
from core.review.errors import Errors
from core.review.groups import Groups
from core.review.shaken import Shaken
from core.review.standing_in import StandIns
from core.review.steady import Steadiness


@dataclass(frozen=True)
class Evidence:
    """``compared`` names the columns whose groups were asked for. ``whole`` once all is there."""

    compared: tuple[str, ...] = ()
    rivals: tuple[Rival, ...] | None = None
    errors: Errors | None = None
    groups: tuple[Groups, ...] | None = None
    stand_ins: tuple[StandIns, ...] | None = None
    courses: tuple[Course, ...] | None = None
    steady: Steadiness | None = None
    shaken: Shaken | None = None
    whole: bool = False
