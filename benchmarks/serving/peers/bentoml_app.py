import sys
from pathlib import Path

import bentoml

sys.path.insert(0, str(Path(__file__).parent))


@bentoml.service(workers=1, logging={"access": {"enabled": False}})
class Shop:
    def __init__(self) -> None:
        from trees import TREES

        self.trees = TREES

    @bentoml.api
    async def decide(self, id: str, unit: str, features: dict) -> dict:
        score = self.trees.score([features[name] for name in self.trees.names])
        return {"id": id, "action": "act" if score >= 0.5 else "pass", "score": score}
