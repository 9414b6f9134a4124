import sys
from pathlib import Path

from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse

sys.path.insert(0, str(Path(__file__).parent))


class Shop(MLModel):
    async def load(self) -> bool:
        from trees import TREES

        self.trees = TREES
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        import numpy as np

        score = self.trees.score(NumpyCodec.decode_input(payload.inputs[0])[0].tolist())
        outputs = [NumpyCodec.encode_output("score", np.array([score]))]
        return InferenceResponse(id=payload.id, model_name=self.name, outputs=outputs)
