"""Loaded models: checked before they are put up, and the last few kept for an instant rollback."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock

from starcase.case.model import Model
from starcase.decide import Arm
from starcase.errors import ArtefactError
from starcase.serving.passport import Passports
from starcase.serving.signature import Signature

KEPT = 4
Load = Callable[[str, str], Model]


class Shelf:
    """Models by hash; loading one is slow and belongs to no event loop.

    Args:
        load: the model of (candidate, hash), every byte checked; raises ArtefactError.
        passports: what they must answer before they are put up.
    """

    def __init__(self, load: Load, passports: Passports) -> None:
        self._load = load
        self._passports = passports
        self._models: dict[Arm, Model] = {}
        self._loading = Lock()

    def models(self, arms: Sequence[Arm]) -> dict[str, Model]:
        """The loaded, warmed and checked models of the arms.

        Raises:
            ArtefactError: a model has no passport yet, cannot be loaded, or answers otherwise than it did; nothing has
                changed then.
        """
        found = {arm: self._models.get(arm) or self._fetched(arm) for arm in arms}
        kept = {**{arm: model for arm, model in self._models.items() if arm not in found}, **found}
        self._models = dict(list(kept.items())[-KEPT:])
        return {arm.model: model for arm, model in found.items()}

    def anew(self, arm: Arm) -> None:
        """Load a model from the disk whatever is put up, so that a later start will find it whole.

        Raises:
            ArtefactError: its bytes have changed, or it answers otherwise than it did; what is put up stays.
        """
        self._models[arm] = self._fetched(arm)

    def signature(self, arms: Sequence[Arm]) -> Signature | None:
        """What requests to these arms must look like; None where nobody has said."""
        return self._passports.signature([arm.model for arm in arms])

    def _fetched(self, arm: Arm) -> Model:
        passport = self._passports.of(arm.model)
        if passport is None:
            raise ArtefactError(f"{arm.name} has not been let in yet", why=f"model {arm.model[:12]} has no passport")
        with self._loading:  # what reads a model need not be able to do so in two threads at once
            model = self._load(arm.name, arm.model)
        passport.check(model)
        return model
