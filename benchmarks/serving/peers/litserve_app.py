import os
import sys
from pathlib import Path

import litserve

sys.path.insert(0, str(Path(__file__).parent))


class Api(litserve.LitAPI):
    def setup(self, device):
        from trees import TREES

        self.trees = TREES

    def decode_request(self, request):
        return request["id"], [request["features"][name] for name in self.trees.names]

    def predict(self, asked):
        return asked[0], self.trees.score(asked[1])

    def encode_response(self, said):
        return {"id": said[0], "action": "act" if said[1] >= 0.5 else "pass", "score": said[1]}


if __name__ == "__main__":
    server = litserve.LitServer(Api(), accelerator="cpu", workers_per_device=1)
    server.run(host="127.0.0.1", port=int(os.environ["BENCH_PORT"]), generate_client_file=False, log_level="error")
