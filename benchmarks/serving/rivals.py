"""Peers as they install, each in an environment of its own below ``.bench``."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.serving.fleet import Server, free_port, launch

ROOT = Path(__file__).parents[2]
APPS = Path(__file__).parent / "peers"
CACHE = ROOT / ".bench" / "serving"
REQUIREMENTS = {
    "fastapi": ("fastapi", "uvicorn", "uvloop", "httptools", "lightgbm"),
    "litserve": ("litserve", "lightgbm"),
    "bentoml": ("bentoml", "lightgbm"),
    "mlserver": ("mlserver", "lightgbm"),
    "mlflow": ("mlflow", "lightgbm"),
    "ray": ("ray[serve]", "lightgbm"),
}


@dataclass(frozen=True, slots=True)
class Bodies:
    """Where the bodies of requests are kept."""

    decision: Path
    mlflow: Path
    mlserver: Path


def installed(name: str) -> Path:
    """The environment's folder of programs, made on first use; raises CalledProcessError where it will not."""
    environment = CACHE / name
    if not (environment / ".ready").exists():
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        pip = [str(environment / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *REQUIREMENTS[name]], check=True, capture_output=True)
        (environment / ".ready").touch()
    return environment / "bin"


def rival(name: str, folder: Path, model: Path, bodies: Bodies) -> Server:
    """A peer that serves the model, as its documentation starts it, one worker, access log off."""
    programs, port = installed(name), free_port()
    environment = {"BENCH_ROOT": str(ROOT), "BENCH_MODEL": str(model), "BENCH_PORT": str(port)}
    body, path = bodies.decision, "/decide"
    python = str(programs / "python")
    if name == "fastapi":
        command = [str(programs / "uvicorn"), "fastapi_app:app", "--app-dir", str(APPS), "--port", str(port)]
        command += ["--no-access-log", "--log-level", "warning", "--loop", "uvloop", "--http", "httptools"]
    elif name == "litserve":
        command, path = [python, str(APPS / "litserve_app.py")], "/predict"
    elif name == "bentoml":
        command = [str(programs / "bentoml"), "serve", "bentoml_app:Shop", "--working-dir", str(APPS), "-p", str(port)]
    elif name == "ray":
        command = [python, str(APPS / "ray_app.py")]
    elif name == "mlserver":
        command, body, path = _mlserver(programs, folder, port), bodies.mlserver, "/v2/models/shop/infer"
        environment["PYTHONPATH"] = str(APPS)
    else:
        kept = folder / "mlflow"
        if not kept.exists():
            made = [python, str(APPS / "mlflow_model.py"), str(kept)]
            subprocess.run(made, check=True, capture_output=True, env={"BENCH_MODEL": str(model)})
        command = [
            str(programs / "mlflow"),
            "models",
            "serve",
            "-m",
            str(kept),
            "-p",
            str(port),
            "--env-manager",
            "local",
        ]
        environment["PATH"] = f"{programs}:/usr/bin:/bin"
        body, path = bodies.mlflow, "/invocations"
    return launch(name, command, port=port, path=path, body=body, folder=folder, environment=environment)


def _mlserver(programs: Path, folder: Path, port: int) -> list[str]:
    kept = folder / "mlserver"
    kept.mkdir(exist_ok=True)
    others = {"grpc_port": free_port(), "metrics_port": free_port()}
    settings = {"host": "127.0.0.1", "http_port": port, **others, "parallel_workers": 0, "debug": False}
    (kept / "settings.json").write_text(json.dumps(settings))
    (kept / "model-settings.json").write_text(json.dumps({"name": "shop", "implementation": "mlserver_app.Shop"}))
    return [str(programs / "mlserver"), "start", str(kept)]
