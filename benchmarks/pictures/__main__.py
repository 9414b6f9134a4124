"""``python -m benchmarks.pictures [NAME ...]``: draws the pictures of the documents into ``docs/pictures``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import vl_convert
from benchmarks.pictures.inference import PICTURES

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"


def main(names: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, picture in PICTURES.items():
        if not names or name in names:
            path = FOLDER / f"{name}.svg"
            svg = vl_convert.vegalite_to_svg(json.dumps(picture(), allow_nan=False))
            path.write_text(svg.rstrip() + "\n")
            print(path.relative_to(FOLDER.parents[1]))


if __name__ == "__main__":
    main(sys.argv[1:])
