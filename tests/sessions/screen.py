"""What stands on a visitor's screen: the tree of elements that the app's frames build."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.message import Message
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

FIELDS = {
    "button": "trigger_value",
    "checkbox": "bool_value",
    "selectbox": "string_value",
    "radio": "string_value",
    "button_group": "string_array_value",
    "multiselect": "string_array_value",
    "slider": "double_array_value",
    "number_input": "double_value",
    "text_input": "string_value",
    "text_area": "string_value",
    "expandable": "bool_value",
    "popover": "bool_value",
    "tab_container": "string_value",
    "file_uploader": "file_uploader_state_value",
}
Path = tuple[int, ...]


@dataclass(frozen=True)
class Widget:
    """Something that can be set: ``kind`` as in FIELDS, ``proto`` as the app sent it."""

    kind: str
    id: str
    proto: Any
    fragment: str
    options: tuple[str, ...] = ()  # what can be chosen, as a value

    @property
    def key(self) -> str:
        """The key that our code gave it; empty without."""
        given = self.id.split("-", 2)[-1] if self.id.startswith("$$ID-") else ""
        return "" if given == "None" else given

    @property
    def label(self) -> str:
        return str(getattr(self.proto, "label", ""))

    def at(self, value: Any) -> WidgetState:
        """Its state with a value: text, number, truth, or a list of either."""
        state = WidgetState(id=self.id)
        field_name = FIELDS[self.kind]
        if field_name.endswith("array_value"):
            getattr(state, field_name).data.extend(value)
        elif field_name == "file_uploader_state_value":
            state.file_uploader_state_value.CopyFrom(value)
        else:
            setattr(state, field_name, value)
        return state


@dataclass
class Screen:
    """Elements and blocks by place, as of the last run that ended."""

    session: str = ""
    query: str = ""
    page: str = ""
    pages: dict[str, str] = field(default_factory=dict)  # url path to the page's hash
    places: dict[Path, Any] = field(default_factory=dict)
    ticking: dict[str, float] = field(default_factory=dict)  # fragments that run by themselves
    _fresh: set[Path] = field(default_factory=set)
    _fragments: tuple[str, ...] = ()

    def take(self, message: ForwardMsg) -> None:
        """One message of the app."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._begun(message)
        elif kind == "delta":
            place = tuple(message.metadata.delta_path)
            self.places[place] = message.delta
            self._fresh.add(place)
        elif kind == "navigation":
            self.pages = {p.url_pathname: p.page_script_hash for p in message.navigation.app_pages}
            self.page = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            self.ticking[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        elif kind == "script_finished" and is_end(message):
            self._swept()

    def widgets(self) -> Iterator[Widget]:
        """All that can be set, from the top down."""
        for place in sorted(self.places):
            delta = self.places[place]
            part = _part(delta)
            kind = "" if part is None else str(part.WhichOneof("type"))
            if kind in FIELDS:
                inside = getattr(part, kind)
                id_ = str(getattr(inside, "id", "")) or str(getattr(part, "id", ""))
                if id_:
                    choices = self._options(place, kind, inside)
                    yield Widget(kind, id_, inside, delta.fragment_id, choices)

    def elements(self, kind: str) -> list[Any]:
        """The protos of all elements of a kind, such as "plotly_chart", from the top down."""
        found = (_part(self.places[place]) for place in sorted(self.places))
        return [getattr(each, kind) for each in found if each and each.WhichOneof("type") == kind]

    def texts(self) -> str:
        """All that is written on the screen, line by line."""
        found = (_part(self.places[place]) for place in sorted(self.places))
        return "\n".join(text for each in found if each is not None for text in strings(each))

    def _options(self, place: Path, kind: str, inside: Any) -> tuple[str, ...]:
        if kind == "tab_container":
            within = (p for p in sorted(self.places) if p[:-1] == place)
            return tuple(self.places[each].add_block.tab.label for each in within)
        found = getattr(inside, "options", ())
        return tuple(each if isinstance(each, str) else str(each.content) for each in found)

    def _begun(self, message: ForwardMsg) -> None:
        self.session = message.new_session.initialize.session_id or self.session
        self._fragments = tuple(message.metadata.run.fragment_ids)
        self._fresh = set()
        if not self._fragments:
            self.ticking = {}

    def _swept(self) -> None:
        """What the run did not draw again is gone."""
        mine = self._fragments
        stale = [
            place
            for place, delta in self.places.items()
            if place not in self._fresh and (not mine or delta.fragment_id in mine)
        ]
        for place in stale:
            del self.places[place]


def is_end(message: ForwardMsg) -> bool:
    """True where a run has come to its end and no other follows by itself."""
    return (
        message.WhichOneof("type") == "script_finished"
        and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
    )


def strings(message: Message) -> Iterator[str]:
    """Every text within a message, whatever field it is in."""
    for kind, value in message.ListFields():
        is_map = hasattr(value, "items")
        many = [*value, *value.values()] if is_map else value if kind.is_repeated else (value,)
        for each in many:
            if isinstance(each, Message):
                yield from strings(each)
            elif isinstance(each, str):
                yield each


def _part(delta: Any) -> Any:
    kind = delta.WhichOneof("type")
    return None if kind is None else getattr(delta, kind) if kind != "new_transient" else None
