"""Personal data that stand within longer texts, and texts without them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.data.privacy.content import (
    DATE_CELL,
    EMAIL,
    FORMS,
    is_card,
    is_iban,
    is_ip,
)
from core.data.privacy.people import is_person

EMAIL_WITHIN = re.compile(rf"(?<![\w.]){EMAIL}")
IBAN_WITHIN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)")
CARD_WITHIN = re.compile(r"(?<![\w.,])[3-6]\d{3}[ -]?\d{4}[ -]?\d{4}[ -]?\d{1,7}(?!\w)")
IDS_WITHIN = re.compile(rf"(?<![\w-])({'|'.join(f.pattern for f in FORMS.values())})(?![\w-])")
IP_WITHIN = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])")
PHONES_WITHIN = (
    re.compile(r"(?<![\w.,+])(\+|00|\(?0)\d[\d ()./-]{6,18}\d(?!\w|[.,]\d)"),
    re.compile(r"(?<![\w.,-])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\w)"),
)
NAME_WITHIN = re.compile(r"(?<!\w)([^\W\d_a-z][\w'’-]+)((?: [^\W\d_a-z][\w'’-]+)+)")
TITLED_WITHIN = re.compile(
    r"(?<!\w)(Mr|Mrs|Ms|Miss|Dr|Herrn?|Frau|Mme|Sra?|Signora?)\.? [^\W\d_a-z][\w'’-]+"
    r"(?: [^\W\d_a-z][\w'’-]+)?"
)
SHORTEST = 3


def holds(text: str) -> bool:
    """Whether an e-mail, a telephone number, a card, an account or an id stands in the text."""
    return without_numbers(text) != text


def names_people(text: str) -> bool:
    """Whether the text names a person in full, or by title."""
    return without_names(text) != text


def redacted(text: str, known: Iterable[str] = ()) -> str:
    """The text without personal data; ``known`` are more words to take out, whatever their case."""
    text = without_names(without_numbers(text))
    for word in sorted({word.strip() for word in known}, key=len, reverse=True):
        if len(word) >= SHORTEST and word.lower() in text.lower():
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "[name]", text, flags=re.I)
    return text


def without_numbers(text: str) -> str:
    """The text without e-mails, accounts, cards, ids, addresses of machines and telephones."""
    if "@" in text:
        text = EMAIL_WITHIN.sub("[e-mail]", text)
    if not any(letter.isdigit() for letter in text):
        return text
    text = IBAN_WITHIN.sub(lambda m: "[account]" if is_iban(m[0].strip()) else m[0], text)
    text = CARD_WITHIN.sub(lambda m: "[card]" if is_card(m[0]) else m[0], text)
    text = IDS_WITHIN.sub("[id]", text)
    text = IP_WITHIN.sub(lambda m: "[ip]" if is_ip(m[0]) else m[0], text)
    for pattern in PHONES_WITHIN:
        text = pattern.sub(lambda m: m[0] if DATE_CELL.fullmatch(m[0]) else "[phone]", text)
    return text


def without_names(text: str) -> str:
    """The text without people named by title, or by a known given name and a second word."""
    text = TITLED_WITHIN.sub("[name]", text)
    return NAME_WITHIN.sub(lambda m: "[name]" if is_person(m[1]) else m[0], text)
