"""Self-attention over a user's baskets, with NumPy only, so that serving needs no torch."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np

from starcase.systems.recommend.arrays import AnyArray, FloatArray, IntArray, SingleArray
from starcase.systems.recommend.history import History
from starcase.systems.recommend.scoring.emphasis import Emphasis
from starcase.systems.recommend.scoring.model_files import decode_array, decode_struct, encode_array, encode_struct
from starcase.systems.recommend.scoring.neighbour_index import NeighbourIndex

STATE, INDEX = "sequence.json", "index.faiss"
ITEMS, PLACES, LAST_SCALE, LAST_SHIFT = "items", "places", "scale", "shift"
OF_LAYER = ("scale1", "shift1", "query", "key", "value", "out", "scale2", "shift2", "up", "up0", "down", "down0")
EPSILON = np.float32(1e-5)


class SequenceState(msgspec.Struct, frozen=True):
    """The architecture of the network and the result of its training.

    ``losses`` are those on held-back baskets after each epoch; ``converged`` is False where the budget of epochs ended
    the training before they stopped falling.
    """

    layers: int
    heads: int
    length: int
    emphasis: Emphasis
    losses: tuple[float, ...]
    converged: bool


class SequenceScorer:
    """A scorer by self-attention over the mean embeddings of a user's latest baskets.

    Args:
        state: the architecture.
        weights: arrays by name: ``items`` (n_items, d), ``places`` (length, d), and those of each layer.

    Source: Kang & McAuley (2018), Self-attentive sequential recommendation; baskets in place of items.
    """

    def __init__(self, state: SequenceState, weights: Mapping[str, SingleArray]) -> None:
        self.state = state
        self.weights = weights

    @property
    def remark(self) -> str:
        """Whether training converged, and after how many epochs."""
        epochs, best = len(self.state.losses), int(np.argmin(self.state.losses)) + 1
        if self.state.converged:
            return f"trained to convergence: the loss on held-back users was lowest after {best} of {epochs} epochs"
        return f"its budget of {epochs} epochs ended the training before the loss on held-back users stopped falling"

    def scores(self, history: History, /) -> AnyArray:
        """Inner products with the network's output, plus a bonus for items taken before."""
        scores = self.weights[ITEMS] @ self.user(history)
        scores[history.distinct] += self._compute_bonus(history).astype(np.float32)
        return np.asarray(scores)

    def user(self, history: History) -> SingleArray:
        """The predicted embedding of the next basket, (d,)."""
        return np.asarray(self.read(self._average_baskets(history))[-1])

    def _compute_bonus(self, history: History) -> FloatArray:
        return self.state.emphasis.own * history.strengths(self.state.emphasis.half_life)

    def read(self, baskets: SingleArray) -> SingleArray:
        """Apply the network to (b, d) mean embeddings of consecutive baskets, to (b, d)."""
        w = self.weights
        hidden = baskets + w[PLACES][-len(baskets) :]
        for layer in range(self.state.layers):
            p = {name: w[f"{layer}.{name}"] for name in OF_LAYER}
            calm = _normalize(hidden, p["scale1"], p["shift1"])
            hidden = hidden + self._attend(calm, p) @ p["out"]
            calm = _normalize(hidden, p["scale2"], p["shift2"])
            hidden = hidden + np.maximum(calm @ p["up"] + p["up0"], 0) @ p["down"] + p["down0"]
        return _normalize(hidden, w[LAST_SCALE], w[LAST_SHIFT])

    def _attend(self, x: SingleArray, p: Mapping[str, SingleArray]) -> SingleArray:
        heads, (length, width) = self.state.heads, x.shape
        shape = (length, heads, width // heads)
        query, key, value = ((x @ p[name]).reshape(shape).transpose(1, 0, 2) for name in ("query", "key", "value"))
        weights = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(width // heads))
        weights = np.where(np.tri(length, dtype=np.bool_), weights, np.float32(-1e9))
        weights = np.exp(weights - weights.max(axis=2, keepdims=True))
        weights /= weights.sum(axis=2, keepdims=True)
        return np.asarray((weights @ value).transpose(1, 0, 2).reshape(length, width))

    def _average_baskets(self, history: History) -> SingleArray:
        begins = np.flatnonzero(np.diff(history.at, prepend=history.at[:1] - 1))[-self.state.length :]
        codes = history.codes[begins[0] :]
        sums = np.add.reduceat(self.weights[ITEMS][codes], begins - begins[0], axis=0)
        sizes = np.diff(begins, append=len(history)).astype(np.float32)
        return np.asarray(sums / sizes[:, None], dtype=np.float32)

    def files(self) -> Mapping[str, bytes]:
        """The state, and one file for each array."""
        return {
            STATE: encode_struct(self.state),
            **{f"{name}.npy": encode_array(w) for name, w in self.weights.items()},
        }

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> SequenceScorer:
        """The scorer that ``files`` describes; raises ArtefactError."""
        state = decode_struct(files, STATE, SequenceState)
        weights = {name: decode_array(files, f"{name}.npy") for name in list_arrays(state.layers)}
        return (
            IndexedSequenceScorer(state, weights, NeighbourIndex.from_bytes(files[INDEX]))
            if INDEX in files
            else cls(state, weights)
        )


class IndexedSequenceScorer(SequenceScorer):
    """The same scorer for large catalogues: an index finds a pool of items that is scored exactly.

    Args:
        state: the architecture.
        weights: arrays by name.
        near: over the item embeddings.
    """

    def __init__(self, state: SequenceState, weights: Mapping[str, SingleArray], near: NeighbourIndex) -> None:
        super().__init__(state, weights)
        self.near = near

    def score_pool(self, history: History, /) -> tuple[IntArray, AnyArray]:
        """The items nearest to the network's output and those taken before, with exact scores."""
        return self.near.pool(self.weights[ITEMS], self.user(history), history.distinct, self._compute_bonus(history))

    def files(self) -> Mapping[str, bytes]:
        """The state, the arrays, and the index."""
        return {**super().files(), INDEX: self.near.content()}


def list_arrays(layers: int) -> list[str]:
    """List the arrays of a network with so many layers."""
    return [ITEMS, PLACES, LAST_SCALE, LAST_SHIFT, *(f"{layer}.{name}" for layer in range(layers) for name in OF_LAYER)]


def _normalize(x: SingleArray, scale: SingleArray, shift: SingleArray) -> SingleArray:
    centred = x - x.mean(axis=1, keepdims=True)
    return np.asarray(centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + EPSILON) * scale + shift)
