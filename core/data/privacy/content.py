"""What single cells are: an e-mail, a telephone number, a card, a national id, an address."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module

EMAIL = r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}"
EMAIL_CELL = re.compile(EMAIL)
PHONE_CELL = re.compile(r"(\+|00)?[\d\s().\-/]{6,24}(\s?(x|ext\.?)\s?\d{1,5})?", re.I)
NUMBER_CELL = re.compile(r"[+-]?\d+([.,]\d+)?")
DATE_CELL = re.compile(r"\d{4}[-./]\d{1,2}[-./]\d{1,2}.*|\d{1,2}[-./]\d{1,2}[-./]\d{2,4}.*")
CARD_CELL = re.compile(r"[3-6]\d{3}[ -]?(\d[ -]?){8,14}\d")
POSTCODE_CELL = re.compile(r"(?=.*\d)[A-Z0-9]{2,5}[ -]?[A-Z0-9]{1,5}", re.I)
STREET = (
    r"street|st\.|road|rd\.?|avenue|ave\.?|lane|ln\.?|drive|dr\.|boulevard|blvd\.?|square|court|"
    r"rue|chemin|allée|impasse|calle|avenida|paseo|plaza|piazza|viale|rua|travessa|"
    r"\w*stra(ß|ss)e|\w*str\.|\w*weg|\w*allee|\w*gasse|\w*platz|\w*straat|\w*laan|\w*gatan|"
    r"\w*vägen|ul\.|улица|ул\.|проспект|пр\."
)
ADDRESS_CELL = re.compile(
    rf"(?=.*\d)(?=.*(?<!\w)({STREET}|via)(?!\w)).{{6,200}}"
    r"|(?=.*\d).*([路街巷弄]|大道).*[号號].*|.*[都道府県].*[市区町村].*\d.*"
    r"|.*[가-힣]+(로|길)\s?\d+.*",
    re.I | re.S,
)
# of numbers without a country these may be; they are tried in this order
REGIONS = ("US", "GB", "DE", "FR", "ES", "IT", "CN", "JP", "KR", "IN", "BR", "NL", "AU", "PL", "RU")
# identity numbers whose digits check one another, by country
NATIONAL = (
    "es.dni", "es.nie", "it.codicefiscale", "cn.ric", "kr.rrn", "br.cpf", "pl.pesel",
    "se.personnummer", "fi.hetu", "fr.nir", "de.idnr", "nl.bsn", "in_.aadhaar", "in_.pan",
    "be.nn", "ch.ssn", "dk.cpr", "no.fodselsnummer", "mx.curp", "ca.sin", "tr.tckimlik", "za.idnr",
    "au.tfn", "us.itin", "gb.nhs",
)  # fmt: skip
# identity numbers that are known by their form alone
FORMS = {
    "us.ssn": re.compile(r"(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4}"),
    "gb.nino": re.compile(r"(?![DFIQUV])[A-Z](?![DFIQUVO])[A-Z] ?\d\d ?\d\d ?\d\d ?[A-D]"),
}


def is_email(cell: str) -> bool:
    return EMAIL_CELL.fullmatch(cell) is not None


def is_ip(cell: str) -> bool:
    """Version 4 or 6."""
    if "." not in cell and ":" not in cell:
        return False
    try:
        ipaddress.ip_address(cell)
    except ValueError:
        return False
    return True


def is_card(cell: str) -> bool:
    """13 to 19 digits that begin as a card's do and whose check digit is right (Luhn)."""
    if not CARD_CELL.fullmatch(cell):
        return False
    from stdnum import luhn

    return bool(luhn.is_valid(re.sub(r"[ -]", "", cell)))


def is_iban(cell: str) -> bool:
    """An international account number, by its length and check digits (ISO 13616)."""
    if not re.match(r"[A-Za-z]{2}\d{2}", cell):
        return False
    from stdnum import iban

    return bool(iban.is_valid(cell))


def is_address(cell: str) -> bool:
    """A street and a number, in one of several languages."""
    return ADDRESS_CELL.fullmatch(cell) is not None


def is_postcode(cell: str) -> bool:
    return POSTCODE_CELL.fullmatch(cell) is not None


def looks_like_phone(cell: str) -> bool:
    """Seven to fifteen digits written as telephone numbers are; no date, no decimal number."""
    if not PHONE_CELL.fullmatch(cell) or DATE_CELL.fullmatch(cell):
        return False
    return 7 <= sum(letter.isdigit() for letter in cell) <= 17


def is_phone(cell: str) -> bool:
    """A number that exists by the numbering plan of its country, or of one of REGIONS.

    Bare digits are not one: amounts and ids look the same.
    """
    if not looks_like_phone(cell) or (NUMBER_CELL.fullmatch(cell.lstrip("+")) and cell[0] != "+"):
        return False
    return any(_is_valid_phone(cell, region) for region in _regions(cell))


def _regions(cell: str) -> Sequence[str | None]:
    return (None,) if cell.startswith("+") else REGIONS


def _is_valid_phone(cell: str, region: str | None) -> bool:
    import phonenumbers

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(cell, region))
    except phonenumbers.NumberParseException:
        return False


def country_of_ids(cells: Sequence[str], share: float) -> str:
    """The country (module of python-stdnum) whose identity numbers the cells are; empty for none.

    At least ``share`` of them must check out for one and the same country.
    """
    if not cells or not all(any(letter.isdigit() for letter in cell) for cell in cells[:50]):
        return ""
    for country, form in FORMS.items():
        if sum(form.fullmatch(cell) is not None for cell in cells) >= share * len(cells):
            return country
    for country in NATIONAL:
        check, bad = _checked(country), 0
        for cell in cells:
            bad += not check(cell)
            if bad > (1 - share) * len(cells):
                break
        else:
            return country
    return ""


@cache
def _checked(country: str) -> Callable[[str], bool]:
    return import_module(f"stdnum.{country}").is_valid
