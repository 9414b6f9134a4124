"""Plain formatting of numbers without a given number of digits."""

from __future__ import annotations

import math

SMALL = 1e-4


def format_digits(value: float, significant: int = 3) -> str:
    """Return the number in decimal digits without an exponent, rounded to significant digits or a whole number.

    >>> (format_digits(1031.4), format_digits(63970.0), format_digits(0.94331), format_digits(0.0000312),
    ...  format_digits(-999.7))
    ('1,031', '63,970', '0.943', '0.0000312', '-1,000')
    """
    if abs(value) >= 10**significant - 0.5:
        return f"{value:,.0f}"
    if value and abs(value) < SMALL:
        decimals = significant - 1 - math.floor(math.log10(abs(value)))
        return f"{value:.{decimals}f}"
    return f"{value:.{significant}g}"


def format_count(number: int, noun: str, several: str = "") -> str:
    """Return a count with its noun in singular or plural; ``several`` gives an irregular plural.

    >>> format_count(1, "fold"), format_count(1200, "fold")
    ('1 fold', '1,200 folds')
    >>> format_count(2, "item lies", "items lie")
    '2 items lie'
    """
    return f"{number:,} {noun if number == 1 else several or noun + 's'}"
