"""What stands in for a challenger that cannot be loaded: the router has the champion answer in its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from starcase.case.request import Request
from starcase.errors import ArtefactError, StarcaseError


class Absent:
    """Fails every request with the reason why the model is not there.

    Args:
        because: what stood in its way.
    """

    def __init__(self, because: StarcaseError) -> None:
        self._because = because

    def decide(self, requests: Sequence[Request], /) -> NoReturn:
        """Raise ArtefactError."""
        del requests
        raise ArtefactError(f"the model cannot be loaded: {self._because.what}")
