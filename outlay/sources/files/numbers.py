"""Numbers as exports write them, read by SQL: strictly, exactly, and never misread.

A number counts only in the notation that the source declares. Its decimal mark and its thousands mark are told, not
guessed: `1.234,56` under decimal `.` is no number. Money never passes through a float: digits become a HUGEINT at 18
decimals, are divided once, rounded once, and stored as DECIMAL.
"""

from __future__ import annotations

from dataclasses import dataclass

from outlay.sources.quoting import literal, literals

# Decimals that storage types keep, and digits that may stand before the decimal mark.
SCALES = {"money": 4, "rate": 8, "number": 6, "integer": 0}
_SPACES = " \u00a0\u202f\u2009"
_WORKING_DECIMALS = 18
_CURRENCY_MARK = r"(?:[A-Z]{0,3}\p{Sc}|[A-Z]{3}|kr\.?|zł|Kč|Fr\.?)"
# What an unambiguous sign beside an amount says about its currency; signs not listed say nothing.
_SIGNS = {
    "€": ("EUR",),
    "£": ("GBP", "EGP", "FKP", "GIP", "SHP", "SYP", "LBP", "SDG"),
    "¥": ("JPY", "CNY"),
    "₹": ("INR",),
    "₽": ("RUB",),
    "₩": ("KRW", "KPW"),
    "₺": ("TRY",),
    "zł": ("PLN",),
    "Kč": ("CZK",),
}


@dataclass(frozen=True)
class Notation:
    """How a source writes numbers: its decimal mark and its thousands mark ('' for none)."""

    decimal: str
    thousands: str

    def described(self) -> str:
        thousands = f"thousands mark {self.thousands!r}" if self.thousands else "no thousands mark"
        return f"decimal mark {self.decimal!r} and {thousands}"

    @property
    def number_pattern(self) -> str:
        """An unsigned number with exact grouping. Regular expression in RE2's words."""
        mark = f"\\{self.decimal}"
        plain = rf"\d+(?:{mark}\d+)?|{mark}\d+"
        if not self.thousands:
            return f"(?:{plain})"
        return rf"(?:\d{{1,3}}(?:{self._group}\d{{3}})+(?:{mark}\d+)?|{plain})"

    @property
    def _group(self) -> str:
        if self.thousands == " ":
            return f"[{_SPACES}]"
        return "['’]" if self.thousands == "'" else f"\\{self.thousands}"

    def plain(self, expression: str) -> str:
        """SQL: the matched number with `.` for its decimal mark and without thousands marks."""
        if self.thousands:
            expression = f"regexp_replace({expression}, {literal(self._group)}, '', 'g')"
        return f"replace({expression}, {literal(self.decimal)}, '.')" if self.decimal != "." else expression


def canonical(text: str, kind: str, notation: Notation, currency: str | None, round_to: int | None) -> str:
    """SQL: the number in `text` (a column reference) as `-123.45`, or NULL when it is not a number in `notation`.

    `currency` is SQL for the row's currency; a code or sign around the number must agree with it.
    """
    simple = rf"-?\d+(?:\{notation.decimal}\d+)?"
    simple_value = text if notation.decimal == "." else f"replace({text}, {literal(notation.decimal)}, '.')"
    return (
        f"case when {text} is null then null "
        f"when regexp_full_match({text}, {literal(simple)}) then {simple_value} "
        f"else coalesce({_dressed(text, notation, currency)}, {_scientific(text, kind, notation, round_to)}) end"
    )


def _dressed(text: str, notation: Notation, currency: str | None) -> str:
    """SQL: a number in brackets, with a sign before or after, or with its currency beside it."""
    pattern = (
        rf"(\()?\s*([+-])?\s*({_CURRENCY_MARK})?\s*([+-])?\s*({notation.number_pattern})"
        rf"\s*({_CURRENCY_MARK})?\s*([+-])?\s*(\))?"
    )
    names = "['open', 'sign1', 'mark1', 'sign2', 'digits', 'mark2', 'sign3', 'close']"
    minus = f"translate({text}, '−–', '--')"
    found = f"regexp_extract({minus}, {literal(f'^{pattern}$')}, {names})"
    signs = "(f.sign1 || f.sign2 || f.sign3)"
    negative = f"(f.open <> '' or {signs} = '-')"
    valid = (
        "f.digits <> '' and (f.open = '') = (f.close = '') and (f.mark1 = '' or f.mark2 = '') "
        f"and length({signs}) <= 1 and (f.open = '' or {signs} = '') "
        f"and {_agrees('(f.mark1 || f.mark2)', currency)}"
    )
    digits = notation.plain("f.digits")
    body = f"case when {valid} then case when {negative} then '-' else '' end || {digits} end"
    return f"list_transform([{found}], lambda f: {body})[1]"


def _agrees(mark: str, currency: str | None) -> str:
    """SQL: whether a currency mark beside the number does not contradict the row's currency."""
    known = f"upper({currency})" if currency else "null"
    signs = " ".join(
        f"when {literal(sign)} then coalesce({known} in ({literals(codes)}), true)" for sign, codes in _SIGNS.items()
    )
    code = f"regexp_full_match({mark}, '[A-Z]{{3}}')"
    return f"case {mark} when '' then true {signs} else not {code} or coalesce({mark} = {known}, false) end"


def _scientific(text: str, kind: str, notation: Notation, round_to: int | None) -> str:
    """SQL: `2.68e-06`. A rate or a count may be written so; money only where it rounds to nothing (`-2e-18`)."""
    pattern = rf"[+-]?\d+(?:\{notation.decimal}\d+)?[eE][+-]?\d{{1,3}}"
    plain = f"replace({text}, {literal(notation.decimal)}, '.')"
    if kind in ("rate", "number"):
        value = f"cast(try_cast({plain} as decimal(38, {_WORKING_DECIMALS})) as varchar)"
    else:
        scale = SCALES[kind] if round_to is None else round_to
        value = f"case when abs(try_cast({plain} as double)) < 0.5 * 1e-{scale} then '0' end"
    return f"case when regexp_full_match({text}, {literal(pattern)}) then {value} end"


def decimal_value(canonical_text: str, kind: str, divide_by: int | None, round_to: int | None) -> str:
    """SQL: the stored DECIMAL of a canonical number; NULL where it does not fit.

    More decimals than the type keeps are rounded half-even; `round_to` rounds half-up at that digit instead.
    """
    scale = SCALES[kind]
    storage = f"decimal(18, {scale})"
    exact = _divided(canonical_text, scale, divide_by or 1, round_to)
    if divide_by or round_to is not None:
        return exact
    fits = rf"-?\d{{1,{18 - scale}}}(?:\.\d{{1,{scale}}})?"
    return (
        f"case when {canonical_text} is null then null when regexp_full_match({canonical_text}, {literal(fits)}) "
        f"then try_cast({canonical_text} as {storage}) else {exact} end"
    )


def _divided(text: str, scale: int, divide_by: int, round_to: int | None) -> str:
    """SQL: integer digits at 18 decimals (a last one keeps `something follows`), divided and rounded once."""
    target = scale if round_to is None else round_to
    divisor = f"{10 ** (_WORKING_DECIMALS - target) * divide_by}::hugeint"
    unsigned = f"ltrim({text}, '-')"
    fraction = f"split_part({unsigned}, '.', 2)"
    follows = f"case when trim(substr({fraction}, {_WORKING_DECIMALS}), '0') = '' then '0' else '1' end"
    digits = (
        f"try_cast(split_part({unsigned}, '.', 1) || rpad(left({fraction}, {_WORKING_DECIMALS - 1}), "
        f"{_WORKING_DECIMALS - 1}, '0') || {follows} as hugeint)"
    )
    tie = "true" if round_to is not None else f"(n // {divisor}) % 2 = 1"
    up = f"case when 2 * (n % {divisor}) > {divisor} or (2 * (n % {divisor}) = {divisor} and {tie}) then 1 else 0 end"
    unit = f"cast({literal(f'{10**-target:.{target}f}')} as decimal(18, {target}))" if target else "1"
    whole = f"try_cast(n // {divisor} + {up} as decimal(18, 0))"
    value = f"try_cast({whole} * {unit} as decimal(18, {scale}))"
    signed = f"case when {text} like '-%' then -1 else 1 end"
    return f"list_transform([{digits}], lambda n: {value})[1] * {signed}"


def integer_value(canonical_text: str) -> str:
    """SQL: a whole number (`3.0` is one) as BIGINT, NULL when it is not whole or does not fit."""
    whole = literal(r"-?\d{1,18}(?:\.0*)?")
    return (
        f"case when regexp_full_match({canonical_text}, {whole}) "
        f"then try_cast(split_part({canonical_text}, '.', 1) as bigint) end"
    )
