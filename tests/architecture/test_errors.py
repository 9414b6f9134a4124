from __future__ import annotations

from collections.abc import Iterator

import pytest

from starcase import errors
from starcase.errors import StarcaseError


def family(kind: type[StarcaseError]) -> Iterator[type[StarcaseError]]:
    yield kind
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from family(child)


@pytest.mark.parametrize("kind", list(family(StarcaseError)), ids=lambda kind: kind.__name__)
def test_every_error_says_what_where_why_and_the_mend(kind: type[StarcaseError]) -> None:
    error = kind("the file is empty", where="sales.csv", why="0 bytes", mend="export it again")
    assert str(error) == "the file is empty\n  where: sales.csv\n  why:   0 bytes\n  mend:  export it again"
    assert str(kind("the file is empty")) == "the file is empty"
    assert 1 <= error.exit_code < 128
    assert error.exit_code != 2


@pytest.mark.parametrize("kind", list(family(StarcaseError)), ids=lambda kind: kind.__name__)
def test_every_error_stands_in_the_tree_that_is_drawn(kind: type[StarcaseError]) -> None:
    assert kind.__name__ in (errors.__doc__ or "") + StarcaseError.__name__
    assert kind.__doc__
