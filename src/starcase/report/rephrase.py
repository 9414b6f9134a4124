"""Rephrasing of an answer by a language model; added or lost facts are refused."""

from __future__ import annotations

import json
import re
import urllib.request
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from starcase.errors import StoryError
from starcase.report.claim_rules import CLAIMING
from starcase.report.numerals import find_numerals
from starcase.report.reviewer import lexicon

Model = Callable[[str], str]
ASK = "Say this in clear, spoken English. Change no number, no name and no claim. Answer with the text alone.\n\n"
SECONDS = 60
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")


@dataclass(frozen=True, slots=True)
class Rewording:
    """One paragraph after rephrasing.

    Args:
        text: the model's words; the paragraph as it was where they were refused.
        refused: why; empty where they were taken.
    """

    text: str
    refused: str = ""


def rephrase(text: str, model: Model) -> tuple[Rewording, ...]:
    """Rephrase every paragraph; keep the original where the claims would change."""
    return tuple(_rephrase_paragraph(part, model) for part in re.split(r"\n{2,}", text.strip()))


def describe_differences(before: str, after: str) -> str:
    """Return the facts a rewording changed: numbers, quotations, claiming words, actors; empty if none.

    >>> describe_differences("It fell by 5 %.", "It fell by five percent.")
    ''
    >>> describe_differences("It fell by 5 %.", "It improved by 5 %.")
    'it adds improved; it loses fell'
    """
    old, new = _extract_substance(before), _extract_substance(after)
    parts = [("adds", new - old), ("loses", old - new)]
    return "; ".join(f"it {verb} {', '.join(sorted(gone))}" for verb, gone in parts if gone)


def connect_endpoint(url: str, model: str, key: str = "") -> Model:
    """A model behind an OpenAI-compatible endpoint, such as ``http://localhost:8000/v1``.

    The text that is to be reworded is sent there, and nothing else.

    Raises:
        StoryError: the address is invalid, or the endpoint does not answer as expected.
    """
    if not url.startswith(("http://", "https://")):
        raise StoryError(
            f"{url!r} is not the address of an endpoint", mend="for example --rephrase http://localhost:8000/v1"
        )

    def ask(text: str) -> str:
        message = {"model": model, "temperature": 0, "messages": [{"role": "user", "content": ASK + text}]}
        request = urllib.request.Request(  # noqa: S310 - http and https alone, see above
            f"{url.rstrip('/')}/chat/completions",
            data=json.dumps(message).encode(),
            headers={"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})},
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
                return str(json.load(answer)["choices"][0]["message"]["content"]).strip()
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise StoryError(
                "the endpoint gave no answer",
                where=url,
                why=str(error),
                mend="check the endpoint, or run the command without --rephrase",
            ) from error

    return ask


def _rephrase_paragraph(part: str, model: Model) -> Rewording:
    if part.lstrip().startswith("#"):
        return Rewording(part)
    said = model(part)
    wrong = "it says nothing" if not said else describe_differences(part, said)
    return Rewording(part, wrong) if wrong else Rewording(said)


def _extract_substance(text: str) -> Counter[str]:
    numbers = [f"{n.value:g} {n.unit}".strip() if n.value == n.value else n.text for n in find_numerals(text)]
    quoted = _QUOTED.findall(text)
    bare = _QUOTED.sub(" ", text)
    words = [m[0].lower() for pattern in (CLAIMING, lexicon.STRONG) for m in pattern.finditer(bare)]
    actors = {name for name, who in (("I", lexicon.I_SUBJECT), ("we", lexicon.WE_SUBJECT)) if who.search(bare)}
    return Counter([*numbers, *quoted, *set(words), *actors])
