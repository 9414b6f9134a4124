"""An open case folder: the case, its evidence, its models, its data."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from starcase.casefile.toml import read_case
from starcase.compute.executor import Executor, InProcess
from starcase.contract.case_spec import Case
from starcase.contract.model import Candidate
from starcase.contract.system import Dataset, System
from starcase.errors import CaseFileError
from starcase.evidence import DecisionLog, Entry, Ledger
from starcase.extensions.case_validation import explain_exclusion, validate_case
from starcase.extensions.registry import load_system
from starcase.extensions.user_code import load_own_candidate, load_own_candidates, read_own_code
from starcase.serving.models.model_registry import ModelRegistry
from starcase.tables.clock import Clock, SystemClock

HIDDEN = ".starcase"


class Workspace:
    """The resources of an open case; opened lazily, closed together.

    Args:
        case: the case.
        root: its folder; evidence is kept in ``.starcase`` below it.
        clock: the present, for records that bring no event time of their own.
        actor: who is working; the login name by default.
        executor: does the fitting.
        system: the case's system; looked up among the plug-ins by default.
        changed: called with each case record that is written because case.toml was changed.
    """

    def __init__(
        self,
        case: Case,
        root: Path,
        *,
        clock: Clock | None = None,
        actor: str = "",
        executor: Executor | None = None,
        system: System | None = None,
        changed: Callable[[Entry], None] = lambda _: None,
    ) -> None:
        self.case = case
        self.root = root
        self.clock = clock or SystemClock()
        self.actor = actor or getpass.getuser()
        self.executor = executor or InProcess()
        self._system = system
        self.changed = changed
        self._stack = ExitStack()

    @classmethod
    def open(cls, folder: Path, **choices: Any) -> Self:
        """Open the case in ``folder``; raises CaseFileError where there is none."""
        return cls(read_case(folder), folder if folder.is_dir() else folder.parent, **choices)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all files."""
        self._stack.close()

    @cached_property
    def store(self) -> Path:
        """The folder of evidence, models and tables."""
        store = self.root / HIDDEN
        store.mkdir(parents=True, exist_ok=True)
        return store

    @cached_property
    def ledger(self) -> Ledger:
        """The case's ledger, its first record the case as it was resolved."""
        path = self.store / "ledger.sqlite"
        opened = Ledger.open(path, case=self.case.name, clock=self.clock, actor=self.actor)
        self._stack.callback(opened.close)
        return opened

    @cached_property
    def log(self) -> DecisionLog:
        """The case's decision log."""
        opened = DecisionLog.open(self.store / "decisions.sqlite")
        self._stack.callback(opened.close)
        return opened

    @cached_property
    def artefacts(self) -> ModelRegistry:
        """The case's models, by hash."""
        return ModelRegistry(self.store / "artefacts")

    @cached_property
    def system(self) -> System:
        """The kind of problem the case is."""
        return self._system or load_system(self.case.system)

    @cached_property
    def dataset(self) -> Dataset:
        """The case's data, read and checked after the case has been validated with its system."""
        validate_case(self.case, self.system)
        return self.system.load(self.case)

    @property
    def candidates(self) -> tuple[Candidate[Any], ...]:
        """The built-in candidates the case names, and the user's own as their files are now."""
        return (*self.system.candidates(self.case), *load_own_candidates(self.case))

    def candidate(self, name: str, *, parameters: Mapping[str, Any] | None = None) -> Candidate[Any]:
        """Return the candidate of that name, baselines included; only the code of that candidate is loaded.

        Args:
            name: the candidate's name.
            parameters: of a built-in candidate that case.toml names, where they are to be others than it gives.

        Raises:
            CaseFileError: there is none of that name; those there are are listed.
        """
        own = {spec.name: spec for spec in self.case.candidates if spec.use}
        if name in own:
            return load_own_candidate(own[name], read_own_code(own[name].use, Path(self.case.folder)))
        case = self.case if parameters is None else self._replace_parameters(name, parameters)
        known = {c.name: c for c in (*self.system.candidates(case), *self.system.baselines(case))}
        if name not in known:
            raise CaseFileError(
                f"the case has no candidate {name!r}",
                where=str(self.root),
                why=explain_exclusion(self.case, self.system, name),
                mend=f"one of: {', '.join(sorted(known.keys() | own.keys()))}",
            )
        return known[name]

    def _replace_parameters(self, candidate: str, parameters: Mapping[str, Any]) -> Case:
        specs = self.case.candidates
        changed = [replace(one, parameters=dict(parameters)) if one.name == candidate else one for one in specs]
        return replace(self.case, candidates=tuple(changed))
