"""A table of made-up people with every sort of personal data, for the tests of this room."""

from __future__ import annotations

import csv
import random
from pathlib import Path

CANARY = {
    "Customer ID": "KX-990017",
    "First name": "Wilhelmina",
    "Surname": "Quackenbusch",
    "E-mail": "wilhelmina.q@canary-mail.example.org",
    "Phone": "+49 30 90182077",
    "Street": "Kanarienweg 77",
    "Postcode": "10963",
    "Date of birth": "1987-03-14",
    "IBAN": "DE89370400440532013000",
    "Card": "4111111111111111",
    "SSN": "219-09-9999",
    "Login from": "203.0.113.77",
    "Comment": "Please ring Wilhelmina Quackenbusch on +49 30 90182077 or 0176 55512345.",
}
TOLD = ("KX-990017", "Wilhelmina", "Quackenbusch", "canary-mail", "90182077", "55512345",
        "Kanarienweg", "10963", "1987-03-14", "DE89370400440532013000", "4111111111111111",
        "219-09-9999", "203.0.113.77")  # fmt: skip
FIRST = (
    "Anna",
    "Peter",
    "Maria",
    "Thomas",
    "Julia",
    "Stefan",
    "Laura",
    "Michael",
    "Sofia",
    "David",
)
LAST = ("Abendroth", "Birnbaum", "Castorp", "Dornfeld", "Eisler", "Falk", "Grünwald", "Hollander")
STREETS = ("Lindenweg", "Gartenstraße", "Bahnhofstr.", "Rosengasse", "Schillerplatz")


def luhn(digits: str) -> str:
    """The digits with their check digit (Luhn)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 * (value > 9)
    return digits + str(-total % 10)


def german_iban(bank: int, account: int) -> str:
    """An account number with its check digits (ISO 13616: 98 less the rest by 97)."""
    body = f"{bank:08d}{account:010d}"
    return f"DE{98 - int(body + '131400') % 97:02d}{body}"


def people(rows: int = 400, seed: int = 0) -> list[dict[str, str]]:
    """Rows by column; row 5 is the CANARY. "bought" depends on "orders"."""
    chance = random.Random(seed)  # noqa: S311 - made-up people
    made = []
    for row in range(rows):
        first, last = chance.choice(FIRST), chance.choice(LAST)
        orders = chance.randint(0, 12)
        person = {
            "Customer ID": f"KX-{100000 + row}",
            "First name": first,
            "Surname": last,
            "E-mail": f"{first.lower()}.{row}@{chance.choice(('mail', 'post'))}.example.com",
            "Phone": f"+49 30 {2000000 + chance.randint(0, 7999999)}",
            "Street": f"{chance.choice(STREETS)} {chance.randint(1, 90)}",
            "Postcode": f"{chance.randint(10115, 99998)}",
            "Date of birth": f"{chance.randint(1945, 2003)}-{chance.randint(1, 12):02d}"
            f"-{chance.randint(1, 28):02d}",
            "IBAN": german_iban(chance.randint(10000000, 89999999), chance.randint(1, 10**9)),
            "Card": luhn(f"4{chance.randint(0, 10**14 - 1):014d}"),
            "SSN": f"{chance.randint(1, 665):03d}-{chance.randint(1, 99):02d}"
            f"-{chance.randint(1, 9999):04d}",
            "Login from": f"198.51.{chance.randint(0, 99)}.{chance.randint(1, 254)}",
            "Comment": chance.choice(("All went well this time.", "It came late, sadly.", "")),
            "orders": str(orders),
            "city": chance.choice(("Berlin", "Hamburg", "Wien")),
            "bought": "yes" if chance.random() < 0.1 + 0.06 * orders else "no",
        }
        made.append(person | (CANARY if row == 5 else {}))
    return made


def people_file(folder: Path, rows: int = 400) -> Path:
    """The people as a CSV file."""
    file = folder / "people.csv"
    table = people(rows)
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(table[0]))
        writer.writeheader()
        writer.writerows(table)
    return file
