"""``python -m benchmarks.pictures.story CASE``: the charts of a told case for the documents, from its ledger.

starcase demo card-fraud
python -m benchmarks.pictures.story starcase-demo/card-fraud
"""

from __future__ import annotations

import sys
from pathlib import Path

from starcase.app.queries.ask import read_records
from starcase.report import build_document
from starcase.report.charts import Chart
from starcase.report.charts.chart import WIDTH
from starcase.report.writing.svg import render_print_svg

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
DRAWN = {
    "The recommended candidate against the others": "story-pairs",
    "Each step of the rollouts": "story-rollout",
}
MARGIN = 16.0


def main(case: Path) -> None:
    """Write each picture; of several of one kind the last."""
    for block in build_document(read_records(case)).blocks:
        if isinstance(block, Chart) and block.about in DRAWN:
            path = FOLDER / f"{DRAWN[block.about]}.svg"
            path.write_text(framed(block) + "\n", encoding="utf-8")
            print(path.relative_to(FOLDER.parents[1]))


def framed(chart: Chart) -> str:
    """The chart on paper of its own, so that it can be read on a dark page too."""
    wide, high = WIDTH + 2 * MARGIN, chart.height + 2 * MARGIN
    box = f'viewBox="0 0 {WIDTH:g} {chart.height:g}"'
    paper = f'<rect x="{-MARGIN:g}" y="{-MARGIN:g}" width="{wide:g}" height="{high:g}" rx="6" fill="#fbfaf6"/>'
    frame = f'viewBox="{-MARGIN:g} {-MARGIN:g} {wide:g} {high:g}" width="{wide:g}"'
    return render_print_svg(chart).replace(box, frame, 1).replace("</style>", f"</style>{paper}", 1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
