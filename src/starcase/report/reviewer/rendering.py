"""Rendering of a review as terminal text, or as a page with the findings marked in the answer."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup, escape

from starcase.report.reviewer.finding import AnswerFinding
from starcase.report.reviewer.review import Review

EXCERPT = 60
_STYLE = """
:root { --paper: #fbfaf6; --ink: #22262e; --soft: #6b6f78; --error: #b3261e; --warning: #a05a00; --note: #1f5f7a; }
@media (prefers-color-scheme: dark) { :root { --paper: #16181d; --ink: #dcdad4; --soft: #8f939c; --error: #ff8a80;
  --warning: #ffb86b; --note: #7cc0dd; } }
html { background: var(--paper); color: var(--ink); font: 17px/1.6 "Iowan Old Style", Palatino, Georgia, serif; }
main { max-width: 44rem; margin: 0 auto; padding: 4rem 1.5rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .3rem; } .soft { color: var(--soft); margin: 0 0 2rem; }
.answer { white-space: pre-wrap; padding-left: 1.2rem; border-left: 3px solid var(--soft); margin-bottom: 2.5rem; }
mark { background: none; color: inherit; text-decoration: underline wavy 1.5px; text-underline-offset: .25em; }
.error { --c: var(--error); } .warning { --c: var(--warning); } .note { --c: var(--note); }
mark.error, mark.warning, mark.note { text-decoration-color: var(--c); }
li { margin: 0 0 1rem; } ul { padding: 0; list-style: none; } b { color: var(--c); } .mend { color: var(--soft); }
"""


_PAGE = Markup("""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>A review</title><style>{}</style></head>
<body><main><h1>{}</h1><p class="soft">{}</p>
<div class="answer">{}</div>
<ul>
{}
</ul></main></body>
</html>
""")


def render_text(text: str, found: Review) -> str:
    """One line a finding, with its place, its reason and its mend."""
    lines = [_describe_verdict(found)]
    lines += [f"  {section:<11}{share:6.0%}" for section, share in found.shares]
    for finding in found.findings:
        lines += [
            "",
            f"{finding.rule} {finding.severity}, line {text.count(chr(10), 0, finding.start) + 1}: {finding.reason}",
        ]
        lines += [f"    “{_format_excerpt(text, finding)}”", f"    mend: {finding.mend}"]
    return "\n".join(lines)


def render_html(text: str, found: Review) -> str:
    """The answer with the spans underlined, and the findings below it; nothing in the answer becomes markup."""
    items = Markup("\n").join(
        Markup('<li class="{}"><b>{}</b> {}<br><span class="mend">{}</span></li>').format(
            f.severity, f.rule, f.reason, f.mend
        )
        for f in found.findings
    )
    shares = ", ".join(f"{section} {share:.0%}" for section, share in found.shares)
    underlined = Markup("").join(_mark_spans(text, found))
    return str(_PAGE.format(Markup(_STYLE), _describe_verdict(found), shares, underlined, items))  # noqa: S704


def _describe_verdict(found: Review) -> str:
    errors, warnings = (sum(f.severity == word for f in found.findings) for word in ("error", "warning"))
    said = "passes" if found.passed else "does not pass"
    traced = "" if found.traced else "; no evidence was given, so no number was traced"
    length = f"{found.words} spoken words, {found.minutes:.1f} minutes"
    return f"It {said}: errors {errors}, warnings {warnings}; {length}{traced}"


def _format_excerpt(text: str, finding: AnswerFinding) -> str:
    words = " ".join(text[finding.start : finding.end].split())
    return words if len(words) <= EXCERPT else words[: EXCERPT - 1].rstrip() + "…"


def _mark_spans(text: str, found: Review) -> Iterator[Markup]:
    """Return the text split at short findings; findings on whole sections appear only in the list."""
    last = 0
    for finding in found.findings:
        if finding.start >= last and finding.end - finding.start <= 2 * EXCERPT:
            yield escape(text[last : finding.start])
            span = text[finding.start : finding.end]
            yield Markup('<mark class="{}" title="{}">{}</mark>').format(
                finding.severity, f"{finding.rule}: {finding.reason}", span
            )
            last = finding.end
    yield escape(text[last:])
