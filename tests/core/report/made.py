"""A project with trained models for tests of the report: Korean, with canaries."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from core.data.dataset import Dataset
from core.explain.shapley.method import Asked
from core.models.family import Task, family
from core.progress import silent
from core.robust.permutation import Permutation
from core.robust.splits import Way as SplitWay
from core.robust.stability import Stability
from core.store import projects, tables
from core.store.folder import write
from core.store.reasons import Way, way_text
from core.store.robustness import FILE, Examined
from core.tasks.models import train_model
from core.tasks.reasons import explain_model, judge_reasons
from core.tasks.tables import bring, check
from core.train.spec import ModelSpec, SplitKind
from core.train.wish import Choices, wish

ROWS = 700
RARE = "희귀한 답"  # an answer of eleven customers, so of few among those held out
RARE_ROWS = 11
YES = "예"
QUESTIONS = {Task.BINARY: "재구매", Task.MULTICLASS: "다음 분류", Task.REGRESSION: "지출액"}
FAMILIES = ("김", "이", "박", "최", "정")
GIVEN = ("민준", "서연", "도윤", "하은", "지호", "수아")
EXAMINED = Examined(
    Permutation(0.8, (0.5, 0.49, 0.51), 500, 0.25),
    Stability((0.8, 0.79), 0.012, 0.9, 0.97),
    None,
    (SplitWay(SplitKind.SHARE, "", 0.8, 0.01), SplitWay(SplitKind.LAST, "", 0.7, None)),
    True,
)


@dataclass(frozen=True)
class Made:
    """A home with one project, its table, and a forest for each kind of question."""

    home: Path
    project: str
    table: str
    models: dict[Task, str]

    @property
    def folder(self) -> Path:
        return projects.folder(self.home, self.project)

    def canaries(self) -> list[str]:
        """Cells of the columns that tell who a customer is, as they were brought."""
        with (self.home.parent / "고객.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        names = ("고객번호", "이름", "이메일", "전화번호", "메모")
        return sorted({row[name] for row in rows for name in names})


def korean(folder: Path) -> Made:
    """Korean headers and answers; ids, names, mails, telephones and free text as canaries."""
    home, file = folder / "home", folder / "고객.csv"
    _write(file)
    made = bring(home=home, report=silent, file=str(file), name=file.name)
    place = projects.folder(home, made["project"])
    dataset = tables.load(place, made["table"])
    models = {}
    for task, target in QUESTIONS.items():
        spec = _spec(dataset, task, target)
        plain = {"project": made["project"]}
        models[task] = train_model(home, silent, **plain, spec=msgspec.to_builtins(spec))["model"]
        alone = replace(spec, family="column", params={})
        train_model(home, silent, **plain, spec=msgspec.to_builtins(alone))
        check(home, silent, made["project"], made["table"], target)
    _explain(home, made["project"], models[Task.BINARY], YES)
    _explain(home, made["project"], models[Task.MULTICLASS], RARE)
    _explain(home, made["project"], models[Task.REGRESSION], QUESTIONS[Task.REGRESSION])
    write(place / "reasons" / models[Task.BINARY] / FILE, msgspec.json.encode(EXAMINED))
    projects.aimed(home, made["project"], QUESTIONS[Task.BINARY], YES)
    return Made(home, made["project"], made["table"], models)


def _spec(dataset: Dataset, task: Task, target: str) -> ModelSpec:
    others = {name for name in QUESTIONS.values() if name != target}
    spec = wish(dataset, target, YES if task is Task.BINARY else "", Choices(params={"trees": 12}))
    return replace(spec, features=tuple(c for c in spec.features if c.name not in others))


def _explain(home: Path, project: str, model: str, of: str) -> None:
    way = way_text(Way(of, str(family("forest").reasons), Asked(10)))
    explain_model(home, silent, project, model, way, rows=40)
    if of == YES:
        judge_reasons(home, silent, project, model, way)


def _write(file: Path) -> None:
    chance = random.Random(5)  # noqa: S311 - a made-up table
    names = [
        "고객번호",
        "이름",
        "이메일",
        "전화번호",
        "방문수",
        "등급",
        "할인율",
        "메모",
        *QUESTIONS.values(),
    ]
    with file.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(names)
        for number in range(ROWS):
            visits, grade = chance.randint(0, 40), chance.choice(["금", "은", "동"])
            share = round(chance.random() / 2, 3)
            likes = visits + (10 if grade == "금" else 0) + chance.gauss(0, 8)
            several = RARE if number % 64 == 3 else ("식품" if likes > 25 else "의류")
            who = f"{chance.choice(FAMILIES)}{chance.choice(GIVEN)}{number}"
            rows.writerow(
                [
                    f"고객{90000 + number}",
                    who,
                    f"canary{number}@mail.invalid",
                    f"010-{1000 + number}-{9000 - number}",
                    visits,
                    grade,
                    share,
                    f"전화 요청 {who} 비밀{number}",
                    YES if likes > 22 else "아니요",
                    several,
                    round(max(0.0, 900 * likes + chance.gauss(0, 3000)) + 0.37, 2),
                ]
            )
