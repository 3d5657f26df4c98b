"""A stand-in for an id: the same for the same id and key, and no way back without the vault."""

from __future__ import annotations

import base64
import hmac
import re
import unicodedata
from dataclasses import dataclass, field

LENGTH = 12  # of 32 letters: two of ten million customers share one with a chance of 0.004 %
PSEUDONYM = re.compile(r"p[a-z2-7]{12}")
FLOAT = re.compile(r"-?\d+\.0+")


@dataclass(frozen=True)
class Pseudonyms:
    """Pseudonyms under one secret ``key``."""

    key: bytes = field(repr=False)

    def of(self, text: str) -> str:
        """The pseudonym of an id: HMAC-SHA-256 (RFC 2104) of how it is written, 60 bits of it.

        What is a pseudonym already stays: a table made of a masked one is masked.
        """
        if PSEUDONYM.fullmatch(text):
            return text
        digest = hmac.digest(self.key, written(text).encode(), "sha256")
        return "p" + base64.b32encode(digest).decode("ascii")[:LENGTH].lower()


def written(text: str) -> str:
    """An id as it is compared: without blanks around it, and 12345.0 as 12345."""
    plain = unicodedata.normalize("NFC", text).strip()
    return plain.partition(".")[0] if FLOAT.fullmatch(plain) else plain
