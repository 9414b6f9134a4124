import os
import sys
import time
from pathlib import Path

import ray
from ray import serve
from starlette.requests import Request

HERE = str(Path(__file__).parent)


@serve.deployment(num_replicas=1, max_ongoing_requests=1000)
class Shop:
    def __init__(self) -> None:
        sys.path.insert(0, HERE)
        from trees import TREES

        self.trees = TREES

    async def __call__(self, request: Request) -> dict:
        asked = await request.json()
        score = self.trees.score([asked["features"][name] for name in self.trees.names])
        return {"id": asked["id"], "action": "act" if score >= 0.5 else "pass", "score": score}


if __name__ == "__main__":
    passed = {name: os.environ[name] for name in ("BENCH_ROOT", "BENCH_MODEL", "OMP_NUM_THREADS")}
    ray.init(num_cpus=2, include_dashboard=False, runtime_env={"env_vars": passed}, logging_level="error")
    serve.start(http_options={"host": "127.0.0.1", "port": int(os.environ["BENCH_PORT"])})
    serve.run(Shop.bind(), route_prefix="/decide")
    while True:
        time.sleep(3600)
