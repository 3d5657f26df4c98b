"""What a column's name tells about its meaning."""

from __future__ import annotations

import re

ID = frozenset((
    "id", "ids", "uuid", "guid", "key", "rowid", "rownum", "rownames", "rowname", "index",
    "unnamed", "kundennummer", "msisdn",
))  # fmt: skip
# whole numbers under such a name are codes, not amounts
CODE = frozenset((
    "region", "type", "browser", "system", "os", "channel", "code", "class", "cluster", "store",
    "shop", "segment", "group", "brand", "sector", "department", "dept", "division", "area",
    "district", "state", "country", "city", "province", "county", "gender", "sex", "race",
    "ethnicity", "marital", "education", "occupation", "job", "status", "source", "medium",
    "product", "category", "plan", "tier", "policy", "platform", "device", "vendor", "supplier",
    "branch", "territory", "market", "label", "species", "variant", "language", "currency",
    "target", "choice", "response",
))  # fmt: skip
# codes that keep their meaning with thousands of values
POSTAL = frozenset(["zip", "zipcode", "postcode", "postal", "pin", "pincode", "plz"])
# under such a name whole numbers are amounts, even beside a word above
AMOUNT = frozenset((
    "num", "number", "count", "cnt", "n", "nr", "no", "total", "amount", "amt", "sum", "avg",
    "average", "mean", "median", "min", "max", "duration", "time", "days", "day", "hours",
    "minutes", "seconds", "weeks", "months", "years", "year", "age", "price", "cost", "rate",
    "ratio", "share", "percent", "pct", "score", "qty", "quantity", "purchases", "visits",
    "spend", "spent", "mnt", "value", "revenue", "income", "sales", "size", "length", "weight",
    "height", "width", "balance", "tenure", "population", "lat", "lon", "lng", "latitude",
    "longitude", "charges", "fee", "limit",
))  # fmt: skip
TARGETS: tuple[tuple[str, int], ...] = (
    ("target", 100), ("label", 95), ("churn", 100), ("churned", 100),
    ("이탈여부", 100), ("response", 90), ("outcome", 90), ("y", 90),
    ("class", 60), ("output", 85), ("attrition", 95), ("exited", 95),
    ("left", 80), ("converted", 95), ("conversion", 85), ("bought", 95),
    ("buy", 90), ("buys", 90), ("purchase", 80), ("purchased", 95),
    ("subscribed", 90), ("revenue", 75), ("choice", 85), ("clicked", 90),
    ("click", 80), ("won", 80), ("repurchase", 90), ("returned", 70),
    ("cancelled", 80), ("canceled", 80), ("recommended", 75), ("insurance", 50),
    ("income", 55), ("channel", 55), ("default", 45), ("survived", 90),
    ("fraud", 80), ("loan", 40), ("rating", 35), ("score", 35),
    ("spend", 35), ("sales", 40), ("price", 25),
)  # fmt: skip


def tokens(name: str) -> tuple[str, ...]:
    """Lower-case words of a name: "customerID" is customer, id; "StoreType_2" is store, type, 2."""
    parted = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    parted = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1 \2", parted)
    parted = re.sub(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])", " ", parted)
    return tuple(word.lower() for word in re.findall(r"[^\W_]+", parted))


def is_id(name: str) -> bool:
    """Whether the name says that the column names its rows or their owner."""
    words = tokens(name)
    return bool(words) and (words[-1] in ID or words[0] in ID - {"key", "index"})


def is_blank(name: str, place: int) -> bool:
    """Whether the column had no name: the ``place``-th from 0."""
    return name.startswith(f"column {place + 1}")


def is_code(name: str) -> bool:
    """Whether whole numbers under this name are codes."""
    words = {_one(word) for word in tokens(name)}
    return is_postal(name) or (bool(words & CODE) and not words & AMOUNT)


def is_postal(name: str) -> bool:
    return bool({_one(word) for word in tokens(name)} & (POSTAL | {"code"}))


def target_weight(name: str) -> int:
    """How much the name sounds like a question's answer, 0 to 110."""
    words = tokens(name)
    whole = "".join(words)
    return max(
        (
            weight + 10 * (whole == hint)
            for hint, weight in TARGETS
            if hint in words or whole == hint
        ),
        default=0,
    )


def _one(word: str) -> str:
    """The word in the singular, as far as a trailing s goes."""
    return word[:-1] if word.endswith("s") and word not in CODE and word not in AMOUNT else word
