"""Values out of text: what they are, and that threads may meet a type at once."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from core import wire


@dataclass(frozen=True)
class Inner:
    when: int
    words: tuple[str, ...] = ()


class Outer(msgspec.Struct, frozen=True):
    name: str
    within: Inner | None = None


VALUE = Outer("a", Inner(3, ("x", "y")))


def test_what_was_written_is_read() -> None:
    assert wire.read(msgspec.json.encode(VALUE), Outer) == VALUE
    assert wire.converted(msgspec.to_builtins(VALUE), Outer) == VALUE
    assert wire.read("[1, 2]", tuple[int, ...]) == (1, 2)


def test_a_hook_reads_what_is_not_known() -> None:
    class Odd(msgspec.Struct):
        value: complex

    def hook(kind: type, plain: Any) -> Any:
        return kind(*plain)

    packed = msgspec.msgpack.encode({"value": [1.0, 2.0]})
    assert wire.unpacked(packed, Odd, hook).value == 1 + 2j


@pytest.mark.parametrize("text", ["", "{", '{"name": 3}', '{"within": null}'])
def test_what_is_no_value_of_the_type_is_refused(text: str) -> None:
    with pytest.raises(msgspec.DecodeError):
        wire.read(text, Outer)


# Six threads meet a type that no one has read yet, 150 times; by msgspec alone this ends the
# process within the first few.
FIRST = """
import sys, threading, types
from core import wire
sys.setswitchinterval(1e-6)
TEXT = b'{"a": 1, "b": "x", "c": [1], "d": {"a": 2, "b": "y", "c": [1, 2]}}'
SOURCE = "from __future__ import annotations\\nimport msgspec\\n" + "\\n".join(
    f"class S{k}(msgspec.Struct):\\n a: int = 1\\n b: str = ''\\n c: tuple[int, ...] = ()\\n"
    f" d: {f'S{k - 1} | None' if k else 'int'} = None" for k in range(6))
for number in range(150):
    module = sys.modules[f"m{number}"] = types.ModuleType(f"m{number}")
    exec(SOURCE, vars(module))
    kind, begin = module.S5, threading.Barrier(6)
    read = []
    def meet():
        begin.wait()
        read.append(wire.read(TEXT, kind).d.c)
    threads = [threading.Thread(target=meet) for _ in range(6)]
    for each in threads: each.start()
    for each in threads: each.join()
    assert read == [(1, 2)] * 6, read
"""


def test_threads_may_meet_a_type_at_once() -> None:
    subprocess.run([sys.executable, "-c", FIRST], check=True)
