"""Every verb with its one line of help; a verb's own file is not loaded for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of the command line.

    Args:
        name: what is typed; its file is ``cli/<name>.py`` with ``_`` for ``-``, its command is ``command`` there.
        part: under which heading ``starcase --help`` lists it.
        line: what it does, in one line.
    """

    name: str
    part: str
    line: str

    @property
    def module(self) -> str:
        """The module that holds its command."""
        return f"starcase.cli.{self.name.replace('-', '_')}"


VERBS = (
    Verb("demo", "Begin", "Run a built-in case from data to story."),
    Verb("new", "Begin", "Write a commented case.toml for your own data."),
    Verb("check", "Begin", "Read the data of a case, fingerprint it, and say what is wrong with it."),
    Verb("analysis", "Begin", "Ask the logs of a case what they can say: clicks, visits, segments, sizes."),
    Verb("contest", "Compare", "Hold all candidates against each other, and give a verdict."),
    Verb("choose", "Compare", "Choose a candidate by vote, and keep the dissent."),
    Verb("retrain", "Ship", "Fit a candidate again on everything known; the fit is an ordinary challenger."),
    Verb("gate", "Ship", "Fit a candidate on everything known, and hold it against every gate in force."),
    Verb("waive", "Ship", "Let a model past a gate it has failed, for a while."),
    Verb("replay", "Ship", "Serve the case's history as live traffic, with a challenger beside the champion."),
    Verb("shadow", "Ship", "See what a challenger in shadow would have done, and what outcomes say of it."),
    Verb("experiment", "Ship", "See what both arms did to units of their own, or plan the next experiment."),
    Verb("rollout", "Ship", "See where the rollout stands; promote or roll back by hand."),
    Verb("monitor", "Ship", "Look at the guards of a rollout, at drift, and at the health of the log."),
    Verb("review", "Ship", "Say what happened in a rollback, why, and what it cost; turn lessons into gates."),
    Verb("serve", "Ship", "Put a case behind HTTP: decisions, outcomes, promotions, rollbacks."),
    Verb("story", "Tell", "Tell the story of a case from its ledger, or verify a story that was told."),
    Verb("ask", "Tell", "Answer a question of a behavioural interview from recorded cases."),
    Verb("practice", "Tell", "Practise a question: the time runs, and the answer is reviewed."),
    Verb("review-answer", "Tell", "Hold a written answer against fourteen rules."),
    Verb("note", "Tell", "Put a person's own words into the ledger."),
    Verb("log", "Look", "Print the ledger of a case, or verify its chain."),
    Verb("who-served", "Look", "Say which model served at a moment, and on what grounds."),
    Verb("doctor", "Look", "Look at this machine and a case, and say what would stand in the way."),
    Verb("plugins", "Look", "List systems, metrics, gates, models and sinks, and whether they load."),
    Verb("schema", "Look", "Print the JSON Schema of case.toml, for editors."),
)
