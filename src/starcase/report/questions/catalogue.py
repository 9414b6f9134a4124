"""The eight questions."""

from __future__ import annotations

from starcase.report.questions import facts
from starcase.report.questions.question import AnswerNeed, Finder, InterviewQuestion

RESULT = AnswerNeed(
    role="result", part="result", prompt="What came of it, in a number with its base?", find=facts.find_results
)  # fmt: skip


def _build_need(role: str, part: str, prompt: str, find: Finder = facts.find_nothing) -> AnswerNeed:
    return AnswerNeed(role=role, part=part, prompt=prompt, find=find)


def _split_cues(words: str) -> frozenset[str]:
    return frozenset(words.split())


QUESTIONS: tuple[InterviewQuestion, ...] = (
    InterviewQuestion(
        number=1,
        text="Tell me about a problem with several possible solutions. How did you choose, and what came of it?",
        looks_for="a real choice between options on criteria, with data",
        extra="",
        principles=("Customer Obsession", "Think Big", "Ownership", "Deliver Results"),
        needs=(
            _build_need("options", "task", "Which options were there?", facts.find_options),
            _build_need("criterion", "task", "By what did you choose?", facts.find_criteria),
            _build_need("choice", "action", "What was chosen, by whom, and what spoke against it?", facts.find_choices),
            RESULT,
        ),
        cues=_split_cues(
            "several possible solutions options alternatives approaches choose chose course multiple tradeoff decide"
        ),
    ),
    InterviewQuestion(
        number=2,
        text="Tell me about a risk you took, or a mistake or failure. How did you respond, and how did you grow?",
        looks_for="an own risk, a prompt honest response, a changed way of working",
        extra="growth",
        principles=("Learn and Be Curious", "Bias for Action", "Earn Trust"),
        needs=(
            _build_need("own mistake", "situation", "Which risk or mistake was yours?", facts.find_waivers),
            _build_need("response", "action", "What did you do when it showed?", facts.find_rollbacks),
            _build_need("lesson", "reflection", "What did you learn?", facts.find_lesson_gates),
            _build_need(
                "changed behaviour",
                "reflection",
                "Where can the change be seen since then?",
                facts.find_changed_behaviour,
            ),
            RESULT,
        ),
        cues=_split_cues("risk mistake failure failed wrong respond response grow growth learned took"),
    ),
    InterviewQuestion(
        number=3,
        text="Tell me about a time you took the lead on a project.",
        looks_for="a person who sets direction, phases and tests, and carries others",
        extra="",
        principles=("Ownership", "Invent and Simplify", "Deliver Results"),
        needs=(
            _build_need("direction", "task", "What goal did you set, and why?", facts.find_plans),
            _build_need("phases", "action", "In which phases did you cut the way?", facts.find_phases),
            _build_need("tests", "action", "What did you test early?", facts.find_tests),
            _build_need("people", "action", "Whom did you carry with you, and how?", facts.find_group_votes),
            RESULT,
        ),
        cues=_split_cues("lead leader leadership led project initiative ownership drove roadmap"),
    ),
    InterviewQuestion(
        number=4,
        text="Tell me about a time you motivated people or brought about collaboration.",
        looks_for="a group before and after, and what was done to move it",
        extra="",
        principles=("Earn Trust", "Insist on the Highest Standards", "Ownership"),
        needs=(
            _build_need("group before", "situation", "Who was in the group, and what divided them?"),
            _build_need("what moved them", "action", "What did you do to move them?"),
            _build_need("group after", "result", "How did the group work afterwards?"),
            RESULT,
        ),
        cues=_split_cues(
            "motivate motivated people group team collaboration collaborate bring together morale divided"
        ),
    ),
    InterviewQuestion(
        number=5,
        text="Tell me about a time you used data to develop a strategy.",
        looks_for="an analysis that changed what was done",
        extra="",
        principles=("Dive Deep", "Deliver Results", "Invent and Simplify"),
        needs=(
            _build_need("analysis", "action", "What did you look at, and what did it show?", facts.find_analyses),
            _build_need("changed plan", "action", "What was done differently because of it?", facts.find_choices),
            RESULT,
        ),
        cues=_split_cues("data analysis analyse strategy develop insight metrics segments numbers"),
    ),
    InterviewQuestion(
        number=6,
        text="What was your greatest professional failure, and how did you recover?",
        looks_for="own fault, harm, repair, a check that stays",
        extra="recovery",
        principles=("Learn and Be Curious", "Earn Trust", "Deliver Results"),
        needs=(
            _build_need("own fault", "situation", "What was your own part in it?", facts.find_waivers),
            _build_need("harm", "result", "Whom did it harm, and by how much?", facts.find_harm),
            _build_need("noticed", "action", "How and when did it show?", facts.find_tripped_guards),
            _build_need("repair", "recovery", "What was restored, and how soon?", facts.find_rollbacks),
            _build_need("check that stays", "reflection", "Which check has stayed since?", facts.find_lesson_gates),
            RESULT,
        ),
        cues=_split_cues("greatest biggest worst professional failure recover recovery recovered fail setback"),
    ),
    InterviewQuestion(
        number=7,
        text="Tell me about a time you showed customer obsession.",
        looks_for="a customer's need in the customer's terms, and more than was asked",
        extra="",
        principles=("Customer Obsession", "Earn Trust"),
        needs=(
            _build_need("customer's words", "situation", "What did the customer need, in their own words?"),
            _build_need("what was done", "action", "What did you do for them?"),
            _build_need("more than asked", "action", "What did you do that nobody had asked for?"),
            RESULT,
        ),
        cues=_split_cues("customer customers client obsession obsessed beyond service need user"),
    ),
    InterviewQuestion(
        number=8,
        text="Tell me about a time you disagreed with your manager.",
        looks_for="an opposed view held with evidence, a resolution, commitment",
        extra="",
        principles=("Have Backbone; Disagree and Commit", "Earn Trust", "Customer Obsession"),
        needs=(
            _build_need("manager's view", "situation", "What did your manager hold, and why?"),
            _build_need("own view", "action", "What did you hold against it, and on what evidence?"),
            _build_need("resolution", "action", "How was it settled?"),
            _build_need("commitment", "result", "What did you do once it was decided?"),
            RESULT,
        ),
        cues=_split_cues("disagree disagreed disagreement manager boss supervisor superior conflict pushed backbone"),
    ),
)
