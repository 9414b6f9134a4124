"""ONNX graphs through onnxruntime, on one thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from starcase.errors import ArtefactError, PluginError


class OnnxScorer:
    """A graph with one input of shape (n, features); its last output is the score.

    An output of shape (n, classes) gives the last class; float32 inside, so that a threshold of trees may fall on the
    other side than in float64.

    Args:
        data: the ONNX file.
        names: the features in order; the metadata entry ``features`` (comma-separated) by default.

    Raises:
        PluginError: onnxruntime is not installed.
        ArtefactError: the file is not a graph, or its features have no names.
    """

    def __init__(self, data: bytes, names: tuple[str, ...]) -> None:
        try:
            import onnxruntime  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise PluginError("onnxruntime is not installed", mend="pip install 'starcase[onnx]'") from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            self._session: Any = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise ArtefactError("onnxruntime cannot load the graph", why=str(error).partition("\n")[0]) from error
        self._input = self._session.get_inputs()[0].name
        self._output = self._session.get_outputs()[-1].name
        said = self._session.get_modelmeta().custom_metadata_map.get("features", "")
        self.names = names or tuple(filter(None, said.split(",")))
        if not self.names:
            raise ArtefactError("the graph has no feature names", mend="name them: --features a,b,c")

    def score(self, values: Sequence[float | None]) -> float:
        """Return the score of one row."""
        row = np.array([values], dtype=np.float32)
        out = np.asarray(self._session.run([self._output], {self._input: row})[0])
        return float(out.reshape(-1)[-1])
