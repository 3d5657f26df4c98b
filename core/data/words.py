"""What people write for yes, no and "not known", in many languages."""

from __future__ import annotations

YES = frozenset((
    "1", "1.0", "yes", "y", "true", "t", "on", "ja", "j", "oui", "o", "vrai", "si", "sí", "s",
    "sì", "vero", "verdadero", "sim", "verdadeiro", "da", "да", "tak", "prawda", "kyllä", "ano",
    "igen", "evet", "doğru", "ναι", "예", "네", "참", "是", "真", "はい", "あり", "有", "हाँ",
    "có", "ya", "iya", "نعم", "כן", "positive", "positiv", "positif",
))  # fmt: skip
NO = frozenset((
    "0", "0.0", "no", "n", "false", "f", "off", "nein", "non", "faux", "falso", "não", "nao",
    "nu", "нет", "nie", "fałsz", "fel", "nej", "nee", "ei", "ne", "nem", "hayır", "yanlış",
    "όχι", "아니오", "아니요", "거짓", "否", "假", "不", "いいえ", "なし", "無", "无", "नहीं",
    "không", "tidak", "لا", "לא", "negative", "negativ", "negatif",
))  # fmt: skip
# in numbers and dates these stand for a missing cell; in a category they stay what they are
MISSING = frozenset((
    "?", "??", "???", "na", "n/a", "n.a.", "n.a", "#n/a", "#na", "null", "nil", "nan", "none", "-",
    "--", "–", "—", ".", "..", "missing", "unknown", "undefined", "(null)", "<na>", "#null!",
    "#value!", "#div/0!", "#ref!", "(blank)", "k.a.", "n/d", "nd", "s/d",
    "不明", "未知", "無回答", "无", "該当なし", "없음", "미상", "알수없음", "unbekannt", "inconnu",
    "desconocido", "desconhecido", "not available", "not known", "not specified", "unspecified",
))  # fmt: skip
# of those, the words that are hardly ever a level's own name
DISGUISES = frozenset(
    w for w in MISSING if not w.isalpha() or w in ("na", "null", "nan", "undefined")
)


SPELLINGS_AT_MOST = 8


def is_spelled_yes_no(values: frozenset[str]) -> bool:
    """Whether the folded ``values`` are several words for yes and no: "yes", "Y" and "0"."""
    both = values & YES and values & NO
    return bool(both) and values <= YES | NO and 2 < len(values) <= SPELLINGS_AT_MOST


def is_yes_no(values: frozenset[str]) -> bool:
    """Whether the folded ``values`` are one word for yes and one for no."""
    return len(values) == 2 and len(values & YES) == 1 and len(values & NO) == 1
