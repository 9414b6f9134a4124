"""Every command with its one-line help, without importing the file of the command."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verb:
    """A command of the command line.

    Args:
        name: the name of the command; ``cli/<name>.py``, with ``_`` for ``-``, defines it as ``command``.
        part: the heading in ``starcase --help`` that lists it.
        line: the one-line help.
    """

    name: str
    part: str
    line: str

    @property
    def module(self) -> str:
        """The module of the command."""
        return f"starcase.cli.{self.name.replace('-', '_')}"


VERBS = (
    Verb("demo", "Start", "Run a built-in case from data to story."),
    Verb("new", "Start", "Write a commented case.toml for your own data."),
    Verb("check", "Start", "Read and fingerprint the data of a case, and report problems."),
    Verb("analysis", "Start", "Analyse the logs of a case: clicks, visits, segments, sample sizes."),
    Verb("contest", "Compare", "Compare all candidates on the same folds, and give a verdict."),
    Verb("choose", "Compare", "Choose a candidate by vote, and record dissent."),
    Verb("retrain", "Ship", "Fit a candidate again on everything known; the fit is an ordinary challenger."),
    Verb("gate", "Ship", "Fit a candidate on everything known, and test it with every gate in force."),
    Verb("waive", "Ship", "Waive a gate that a model has failed, until a given time."),
    Verb("replay", "Ship", "Serve the history of a case as live traffic, to champion and challenger."),
    Verb("shadow", "Ship", "Report what a challenger in shadow would have answered, and its verdict."),
    Verb("experiment", "Ship", "Read the experiment between champion and challenger, or plan the next one."),
    Verb("rollout", "Ship", "Show the state of the rollout; promote or roll back by hand."),
    Verb("monitor", "Ship", "Check the guards of a rollout, drift, and the health of the decision log."),
    Verb("review", "Ship", "Report what happened in a rollback, why, and its cost; turn lessons into gates."),
    Verb("serve", "Ship", "Serve a case over HTTP: decisions, outcomes, promotions, rollbacks."),
    Verb("story", "Report", "Write the story of a case from its ledger, or verify a written story."),
    Verb("ask", "Report", "Answer a question of a behavioural interview from recorded cases."),
    Verb("practice", "Report", "Practise an interview question: the answer is timed and reviewed."),
    Verb("review-answer", "Report", "Check a written answer against fourteen rules."),
    Verb("note", "Report", "Add a person's note to the ledger."),
    Verb("log", "Inspect", "Print the ledger of a case, or verify its hash chain."),
    Verb("who-served", "Inspect", "Show which model served at a given time, and on which evidence."),
    Verb("doctor", "Inspect", "Check this machine and a case, and report problems."),
    Verb("plugins", "Inspect", "List systems, metrics, gates, models and sinks, and whether they load."),
    Verb("schema", "Inspect", "Print the JSON Schema of case.toml, for editors."),
)
