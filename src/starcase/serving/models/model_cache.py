"""Loaded models: checked before they are put up, and the last few kept for an instant rollback."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock

from starcase.contract.model import Model
from starcase.decide import Arm
from starcase.errors import ArtefactError
from starcase.serving.http.signature import Signature
from starcase.serving.models.golden_requests import GoldenRequestStore

KEPT = 4
Load = Callable[[str, str], Model]


class ModelCache:
    """Models by hash; loading one is slow and belongs to no event loop.

    Args:
        load: the model of (candidate, hash), every byte checked; raises ArtefactError.
        passports: what they must answer before they are put up.
        load_champion: the same for a model that serves: it loads one of which a table or an installed module has
            changed since.
    """

    def __init__(self, load: Load, passports: GoldenRequestStore, load_champion: Load | None = None) -> None:
        self._load = load
        self._load_champion = load_champion or load
        self._passports = passports
        self._models: dict[Arm, Model] = {}
        self._differing: dict[Arm, str] = {}
        self._loading = Lock()

    def load_models(self, arms: Sequence[Arm]) -> dict[str, Model]:
        """The loaded, warmed and checked models of the arms, by hash; the first of them is the champion.

        A champion that answers otherwise than it did when it was let in serves on, for there is nobody better;
        ``differing`` then says so. A challenger is refused.

        Raises:
            ArtefactError: a model has no passport yet or cannot be loaded, a challenger answers otherwise than it did,
                or both arms go by one model; nothing has changed then.
        """
        if len({arm.model for arm in arms}) < len(set(arms)):
            raise ArtefactError(
                f"{' and '.join(arm.name for arm in arms)} go by one model, {arms[0].model[:12]}",
                why="one of them would answer for the other",
                mend="run `starcase gate` for the challenger: a model is then named by what reads its files too",
            )
        found = {arm: self._models.get(arm) or self._fetch_model(arm, serves=arm is arms[0]) for arm in arms}
        kept = {**{arm: model for arm, model in self._models.items() if arm not in found}, **found}
        self._models = dict(list(kept.items())[-KEPT:])
        return {arm.model: model for arm, model in found.items()}

    def reload(self, arm: Arm) -> None:
        """Load a model from the disk whatever is put up, so that a later start will find it whole.

        Raises:
            ArtefactError: its bytes have changed, or it answers otherwise than it did; what is put up stays.
        """
        self._models[arm] = self._fetch_model(arm, serves=False)

    def signature(self, arms: Sequence[Arm]) -> Signature | None:
        """What requests to these arms must look like; None where nobody has said."""
        return self._passports.signature([arm.model for arm in arms])

    def describe_difference(self, arm: Arm) -> str:
        """In what an arm that serves answers otherwise than when it was let in; empty where it does not."""
        return self._differing.get(arm, "")

    def _fetch_model(self, arm: Arm, *, serves: bool) -> Model:
        passport = self._passports.load(arm.model)
        if passport is None:
            raise ArtefactError(f"{arm.name} has not been let in yet", why=f"model {arm.model[:12]} has no passport")
        with self._loading:  # what reads a model need not be able to do so in two threads at once
            model = (self._load_champion if serves else self._load)(arm.name, arm.model)
        self._differing.pop(arm, None)
        try:
            passport.check(model)
        except ArtefactError as error:
            if not serves:
                raise
            self._differing[arm] = f"{arm.name} serves, and {error.what}: {error.where}, {error.why}"
        return model
