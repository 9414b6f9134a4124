"""The cache of loaded models: checked before they serve, the last few kept for an instant rollback."""

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
    """Loaded models by hash; loading one is slow and must not run on an event loop.

    Args:
        load: the model of (candidate, hash), every byte checked; raises ArtefactError.
        passports: the golden requests they must answer before they serve.
        load_champion: the same for a serving model: it also loads one whose tables or installed modules have
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
        """Load, warm up and check the models of the arms, by hash; the first arm is the champion.

        A champion whose answers differ from those recorded at admission continues to serve, for lack of a better one;
        ``differing`` then says so. A challenger is refused.

        Raises:
            ArtefactError: a model has no passport yet or cannot be loaded, a challenger fails its golden requests,
                or both arms have one hash; nothing has changed then.
        """
        if len({arm.model for arm in arms}) < len(set(arms)):
            raise ArtefactError(
                f"{' and '.join(arm.name for arm in arms)} have the same model hash {arms[0].model[:12]}",
                why="models are cached by hash, so one would answer for the other",
                mend="run `starcase gate` for the challenger: its hash then covers the code that reads its files too",
            )
        found = {arm: self._models.get(arm) or self._fetch_model(arm, serves=arm is arms[0]) for arm in arms}
        kept = {**{arm: model for arm, model in self._models.items() if arm not in found}, **found}
        self._models = dict(list(kept.items())[-KEPT:])
        return {arm.model: model for arm, model in found.items()}

    def reload(self, arm: Arm) -> None:
        """Load a model from the disk even if it is cached, so that a later start will find it intact.

        Raises:
            ArtefactError: its bytes have changed, or it fails its golden requests; the cached model stays.
        """
        self._models[arm] = self._fetch_model(arm, serves=False)

    def signature(self, arms: Sequence[Arm]) -> Signature | None:
        """Return the signature of requests to these arms; None where no passport has one."""
        return self._passports.signature([arm.model for arm in arms])

    def describe_difference(self, arm: Arm) -> str:
        """Describe how a serving arm's answers differ from those at admission; empty where they do not."""
        return self._differing.get(arm, "")

    def _fetch_model(self, arm: Arm, *, serves: bool) -> Model:
        passport = self._passports.load(arm.model)
        if passport is None:
            raise ArtefactError(f"{arm.name} has not been admitted yet", why=f"model {arm.model[:12]} has no passport")
        with self._loading:  # the reader of a model need not be thread-safe
            model = (self._load_champion if serves else self._load)(arm.name, arm.model)
        self._differing.pop(arm, None)
        try:
            passport.check(model)
        except ArtefactError as error:
            if not serves:
                raise
            self._differing[arm] = f"{arm.name} serves, and {error.what}: {error.where}, {error.why}"
        return model
