"""The eight questions."""

from __future__ import annotations

from starcase.report.questions import facts
from starcase.report.questions.question import Finder, Need, Question

RESULT = Need(
    role="result", part="result", prompt="What came of it, in a number with its base?", find=facts.measured
)  # fmt: skip


def _need(role: str, part: str, prompt: str, find: Finder = facts.nothing) -> Need:
    return Need(role=role, part=part, prompt=prompt, find=find)


def _cues(words: str) -> frozenset[str]:
    return frozenset(words.split())


QUESTIONS: tuple[Question, ...] = (
    Question(
        number=1,
        text="Tell me about a problem with several possible solutions. How did you choose, and what came of it?",
        looks_for="a real choice between options on criteria, with data",
        extra="",
        principles=("Customer Obsession", "Think Big", "Ownership", "Deliver Results"),
        needs=(
            _need("options", "task", "Which options were there?", facts.several_options),
            _need("criterion", "task", "By what did you choose?", facts.criterion),
            _need("choice", "action", "What was chosen, by whom, and what spoke against it?", facts.choice),
            RESULT,
        ),
        cues=_cues(
            "several possible solutions options alternatives approaches choose chose course multiple tradeoff decide"
        ),
    ),
    Question(
        number=2,
        text="Tell me about a risk you took, or a mistake or failure. How did you respond, and how did you grow?",
        looks_for="an own risk, a prompt honest response, a changed way of working",
        extra="growth",
        principles=("Learn and Be Curious", "Bias for Action", "Earn Trust"),
        needs=(
            _need("own mistake", "situation", "Which risk or mistake was yours?", facts.risk_taken),
            _need("response", "action", "What did you do when it showed?", facts.repaired),
            _need("lesson", "reflection", "What did you learn?", facts.check_that_stays),
            _need("changed behaviour", "reflection", "Where can the change be seen since then?", facts.changed_since),
            RESULT,
        ),
        cues=_cues("risk mistake failure failed wrong respond response grow growth learned took"),
    ),
    Question(
        number=3,
        text="Tell me about a time you took the lead on a project.",
        looks_for="a person who sets direction, phases and tests, and carries others",
        extra="",
        principles=("Ownership", "Invent and Simplify", "Deliver Results"),
        needs=(
            _need("direction", "task", "What goal did you set, and why?", facts.direction),
            _need("phases", "action", "In which phases did you cut the way?", facts.phases),
            _need("tests", "action", "What did you test early?", facts.tested),
            _need("people", "action", "Whom did you carry with you, and how?", facts.others_heard),
            RESULT,
        ),
        cues=_cues("lead leader leadership led project initiative ownership drove roadmap"),
    ),
    Question(
        number=4,
        text="Tell me about a time you motivated people or brought about collaboration.",
        looks_for="a group before and after, and what was done to move it",
        extra="",
        principles=("Earn Trust", "Insist on the Highest Standards", "Ownership"),
        needs=(
            _need("group before", "situation", "Who was in the group, and what divided them?"),
            _need("what moved them", "action", "What did you do to move them?"),
            _need("group after", "result", "How did the group work afterwards?"),
            RESULT,
        ),
        cues=_cues("motivate motivated people group team collaboration collaborate bring together morale divided"),
    ),
    Question(
        number=5,
        text="Tell me about a time you used data to develop a strategy.",
        looks_for="an analysis that changed what was done",
        extra="",
        principles=("Dive Deep", "Deliver Results", "Invent and Simplify"),
        needs=(
            _need("analysis", "action", "What did you look at, and what did it show?", facts.analysed),
            _need("changed plan", "action", "What was done differently because of it?", facts.choice),
            RESULT,
        ),
        cues=_cues("data analysis analyse strategy develop insight metrics segments numbers"),
    ),
    Question(
        number=6,
        text="What was your greatest professional failure, and how did you recover?",
        looks_for="own fault, harm, repair, a check that stays",
        extra="recovery",
        principles=("Learn and Be Curious", "Earn Trust", "Deliver Results"),
        needs=(
            _need("own fault", "situation", "What was your own part in it?", facts.risk_taken),
            _need("harm", "result", "Whom did it harm, and by how much?", facts.harmed),
            _need("noticed", "action", "How and when did it show?", facts.noticed),
            _need("repair", "recovery", "What was restored, and how soon?", facts.repaired),
            _need("check that stays", "reflection", "Which check has stayed since?", facts.check_that_stays),
            RESULT,
        ),
        cues=_cues("greatest biggest worst professional failure recover recovery recovered fail setback"),
    ),
    Question(
        number=7,
        text="Tell me about a time you showed customer obsession.",
        looks_for="a customer's need in the customer's terms, and more than was asked",
        extra="",
        principles=("Customer Obsession", "Earn Trust"),
        needs=(
            _need("customer's words", "situation", "What did the customer need, in their own words?"),
            _need("what was done", "action", "What did you do for them?"),
            _need("more than asked", "action", "What did you do that nobody had asked for?"),
            RESULT,
        ),
        cues=_cues("customer customers client obsession obsessed beyond service need user"),
    ),
    Question(
        number=8,
        text="Tell me about a time you disagreed with your manager.",
        looks_for="an opposed view held with evidence, a resolution, commitment",
        extra="",
        principles=("Have Backbone; Disagree and Commit", "Earn Trust", "Customer Obsession"),
        needs=(
            _need("manager's view", "situation", "What did your manager hold, and why?"),
            _need("own view", "action", "What did you hold against it, and on what evidence?"),
            _need("resolution", "action", "How was it settled?"),
            _need("commitment", "result", "What did you do once it was decided?"),
            RESULT,
        ),
        cues=_cues("disagree disagreed disagreement manager boss supervisor superior conflict pushed backbone"),
    ),
)
