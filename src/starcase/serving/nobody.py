"""What a gateway serves while nobody serves yet: it is there, and says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from starcase.case.request import Request
from starcase.decide import Arm, Plan
from starcase.serving.snapshot import Snapshot
from starcase.serving.wire import Refusal


class Nobody:
    """Refuses every request."""

    def decide(self, requests: Sequence[Request], /) -> NoReturn:
        """Raise Refusal."""
        del requests
        raise Refusal(
            503, "nobody serves", "nobody serves yet", mend="wait for the first plan, or begin it: `starcase replay`"
        )


def nobody(case: str) -> Snapshot:
    """The snapshot of a case in which nobody serves yet: version 0 of its plan."""
    return Snapshot(Plan(case=case, version=0, salt=case, champion=Arm("nobody", "")), {"": Nobody()})
