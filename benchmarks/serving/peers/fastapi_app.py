"""FastAPI as a careful engineer writes it: async, a pydantic model, the fast call to the model, and nothing else."""

import sys
from pathlib import Path

from fastapi import FastAPI
from pydantic import BaseModel

sys.path.insert(0, str(Path(__file__).parent))
from trees import TREES

app = FastAPI()


class Ask(BaseModel):
    id: str
    unit: str
    features: dict[str, float | None]


@app.post("/decide")
async def decide(ask: Ask) -> dict[str, str | float]:
    score = TREES.score([ask.features[name] for name in TREES.names])
    return {"id": ask.id, "action": "act" if score >= 0.5 else "pass", "score": score}
