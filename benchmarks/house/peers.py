"""The wheels of peers, fetched once into a folder that git does not keep."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "benchmarks" / "peers" / "house.txt"
FOLDER = ROOT / ".bench" / "house"
PIP = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
OPTIONS = ["--only-binary", ":all:", "--retries", "1", "--timeout", "15"]


def pins() -> dict[str, str]:
    """Each peer's name and version."""
    lines = [line for line in REQUIREMENTS.read_text().splitlines() if not line.startswith("#")]
    return dict(line.split("==") for line in lines)


def wheels(folder: Path) -> dict[str, Path]:
    """The wheel of each peer that can be had; the others are named on the error stream."""
    folder.mkdir(parents=True, exist_ok=True)
    found = {name: _wheel(folder, name, version) for name, version in pins().items()}
    missing = [name for name, wheel in found.items() if wheel is None]
    if missing:
        print(f"without {', '.join(missing)}: no wheel in {folder}, and pip fetches none", file=sys.stderr)
    return {name: wheel for name, wheel in found.items() if wheel is not None}


def _wheel(folder: Path, name: str, version: str) -> Path | None:
    pattern = f"{name.replace('-', '_')}-{version}-*.whl"
    if not any(folder.glob(pattern)):
        subprocess.run([*PIP, *OPTIONS, "--dest", folder, f"{name}=={version}"], check=False, capture_output=True)
    return next(iter(sorted(folder.glob(pattern))), None)
