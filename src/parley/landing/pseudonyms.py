r"""Keyed pseudonyms in place of phone numbers and e-mail addresses.

A pseudonym is the HMAC-SHA256 of a number's E.164 form or an address's lower-case form: whoever has no key
can neither read it nor try values. A value that is spelt otherwise has its spelling's HMAC behind it, so
pseudonyms are as different as the ids they stand for, every figure stays, and `person` of each is still
the person's.

Fields are found by their names in the text of a line, and nothing else of it changes: in JSON `phone"` with
a colon behind it can only be the end of a key. A line that is no JSON does not become JSON by it.
"""

from __future__ import annotations

import hmac
import json
import re
import unicodedata
from decimal import Decimal
from functools import lru_cache, partial

from parley.landing.keys import json_in_key_order

#: Feeds whose records hold phone numbers and e-mail addresses.
FEEDS = ("attentive/events", "attentive/orders")
PHONE, EMAIL = "phone", "email"
#: Words that stand for no value, as staging reads ids.
NOTHING = ("-1", "null", "undefined", "NA", "")

#: What an erasure put in place of a value begins so, and stays as it is.
ERASED = "erased-"

_PERSON_DIGITS = 32
_SPELLING_DIGITS = 16
_REMEMBERED = 2**17
_LARGEST = 10**38

# A key's end, and a string or a number as its value. It begins with plain characters: a fast search.
_VALUE = (
    rb'"[ \t\r]*:[ \t\r]*)('
    rb'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"'
    rb"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?=[\s,}]))"
)
_FIELDS = {PHONE: re.compile(b"(phone" + _VALUE), EMAIL: re.compile(b"(email" + _VALUE)}
# Letters of keys may be written as escapes.
_ESCAPED = re.compile(rb"\\u00[4-7]")
_ESCAPED_LETTER = re.compile(
    rb"(?<!\\)((?:\\\\)*)\\u00(4[1-9a-fA-F]|5[0-9aAfF]|6[1-9a-fA-F]|7[0-9aA])"
)
# A North American number in its E.164 form, which is most of them; what the library makes of it is the same.
_PLAIN_NUMBER = re.compile(r"\+1[2-9][0-9]{9}", re.ASCII)


def canonical_phone(text: str) -> str:
    """The E.164 form of a number written with its country's code; other texts without white space around."""
    text = text.strip()
    if _PLAIN_NUMBER.fullmatch(text):
        return text
    # its tables are not worth loading where all numbers are like that
    import phonenumbers

    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return text
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def canonical_email(text: str) -> str:
    """An address in lower case, without white space around, its characters composed."""
    return unicodedata.normalize("NFC", text.strip()).lower()


CANONICAL = {PHONE: canonical_phone, EMAIL: canonical_email}


def person(pseudonym: str) -> str:
    """The part of a pseudonym that all spellings of a value have in common."""
    return pseudonym.partition("-")[0]


class Pseudonyms:
    """Makes pseudonyms with a key, and puts them into lines."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._replaced = {
            kind: lru_cache(_REMEMBERED)(partial(self._replacement, kind)) for kind in _FIELDS
        }

    def pseudonym(self, kind: str, text: str) -> str:
        """The pseudonym of a phone number or an e-mail address as it is delivered."""
        canonical = CANONICAL[kind](text)
        whose = self._digest(f"{kind} {canonical}", _PERSON_DIGITS)
        if text == canonical:
            return whose
        return f"{whose}-{self._digest(f'{kind} spelt {text}', _SPELLING_DIGITS)}"

    def rewrites(self, feed: str) -> bool:
        """Whether records of the feed hold any such value."""
        return feed in FEEDS

    def rewrite(self, feed: str, block: bytes) -> bytes:
        """The lines with pseudonyms in place of the values."""
        del feed
        if _ESCAPED.search(block):
            block = _ESCAPED_LETTER.sub(_unescaped, block)
        for kind, field in _FIELDS.items():
            replaced = self._replaced[kind]
            block = field.sub(lambda found, to=replaced: found[1] + to(found[2]), block)  # type: ignore[misc]
        return block

    def _replacement(self, kind: str, value: bytes) -> bytes:
        """JSON in place of a value; what is no value stays."""
        try:
            text = value.decode()
            is_number = not text.startswith('"')
            delivered = whole_number(text) if is_number else json.loads(text)
            if delivered in NOTHING or delivered.startswith(ERASED):
                return value
            found = f'"{self.pseudonym(kind, delivered)}"'
        except ValueError:
            # bytes or escapes that are no characters: the line is no JSON
            return value
        if is_number:
            # the same id as text, but not the same record where there is no other key than its content
            spelt = self._digest(f"{kind} number {json_in_key_order(text)}", _SPELLING_DIGITS)
            found += f',"{kind}_spelling":"{spelt}"'
        return found.encode()

    def _digest(self, text: str, digits: int) -> str:
        return hmac.digest(self._key, text.encode(), "sha256").hex()[:digits]


def whole_number(text: str) -> str:
    """A JSON number as an id, as staging's function of that name reads it: without point and exponent.

    With an exponent it is whole where its double is, which is how staging compares.
    """
    try:
        if text.startswith("-0") and float(text) == 0:
            return "0"
        if re.fullmatch(r"-?[0-9]+\.0+", text):
            return text.partition(".")[0]
        if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]+", text):
            return text
        number = Decimal(text)
        whole = int(number.to_integral_value("ROUND_HALF_UP")) if abs(number) < _LARGEST else None
    except ArithmeticError:
        return text
    return text if whole is None or float(whole) != float(text) else str(whole)


def _unescaped(found: re.Match[bytes]) -> bytes:
    return found[1] + bytes([int(found[2], 16)])
