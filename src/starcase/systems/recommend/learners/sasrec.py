"""The deep candidate: self-attention over baskets, trained on the full catalogue within a budget of epochs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, ClassVar

import numpy as np

from starcase.errors import DataError, PluginError
from starcase.systems.recommend.learners.basket_windows import BasketWindows, build_windows
from starcase.systems.recommend.learners.learner import Space
from starcase.systems.recommend.scoring.emphasis import Emphasis
from starcase.systems.recommend.scoring.neighbour_index import WORTH_IT, build_index
from starcase.systems.recommend.scoring.sequence import (
    ITEMS,
    LAST_SCALE,
    LAST_SHIFT,
    OF_LAYER,
    PLACES,
    IndexedSequenceScorer,
    SequenceScorer,
    SequenceState,
    list_arrays,
)
from starcase.systems.recommend.training import TrainingSet

Tensors = dict[str, Any]
OF_TORCH, HELD_BACK = 16e6, 96e6


@dataclass(frozen=True, slots=True, kw_only=True)
class SasRec:
    """A network that predicts the next basket by a softmax over the whole catalogue.

    Training ends when the loss on held-back users has not fallen for ``patience`` epochs, or after ``epochs``; the
    model says which.

    Source: Kang & McAuley (2018), Self-attentive sequential recommendation; full softmax as in Klenitskiy & Vasilev
    (2023), Turning dross into gold loss.

    Args:
        width: of the embeddings.
        layers: of attention.
        heads: of each layer.
        length: how many of the latest baskets are read.
        epochs: at most so many passes.
        patience: epochs without improvement before training stops.
        batch: users a step.
        learning_rate: of Adam.
        dropout: rate in training.
        own: weight of the items the user took before, added to the network.
        half_life: days after which ``own`` counts half.
    """

    kind: ClassVar[str] = "sasrec"
    complexity: ClassVar[int] = 7
    needs: ClassVar[str] = "torch"
    space: ClassVar[Space] = {
        "width": (48, 64, 96), "dropout": (0.1, 0.2, 0.4), "learning_rate": (0.001, 0.002, 0.004),
        "own": (0.3, 1.0, 3.0), "half_life": (120.0, 240.0),
    }  # fmt: skip
    smaller: ClassVar[str] = "a smaller `batch`"

    width: int = 64
    layers: int = 2
    heads: int = 2
    length: int = 30
    epochs: int = 40
    patience: int = 3
    batch: int = 64
    learning_rate: float = 0.002
    dropout: float = 0.2
    own: float = 1.0
    half_life: float = 240.0

    def learn(self, train: TrainingSet, rng: np.random.Generator) -> SequenceScorer:
        """Fit the network; raises PluginError without torch, DataError where no user has two baskets."""
        try:
            import torch  # noqa: PLC0415 - an extra
        except ImportError as error:
            mend = "pip install 'starcase[torch]'"
            raise PluginError("sasrec needs the library `torch`", why=str(error), mend=mend) from error
        lessons = build_windows(train, self.length)
        if not len(lessons):
            what = "no user has two baskets: there is no next basket to predict"
            raise DataError(what, mend="remove sasrec from the candidates")
        torch.manual_seed(int(rng.integers(2**31 - 1)))
        torch.set_num_threads(1)
        weights, losses = self._train_network(torch, lessons, len(train.items), rng)
        converged = len(losses) < self.epochs
        emphasis = Emphasis(self.half_life, self.own if train.repeat else 0.0)
        state = SequenceState(self.layers, self.heads, self.length, emphasis, tuple(losses), converged)
        found = {name: weights[name].detach().numpy() for name in list_arrays(self.layers)}
        if len(train.items) > WORTH_IT and find_spec("faiss"):
            return IndexedSequenceScorer(state, found, build_index(found[ITEMS], rng=rng))
        return SequenceScorer(state, found)

    def estimate_bytes(self, train: TrainingSet) -> float:
        """The embeddings with gradients and moments, three batches of catalogue scores, and torch.

        For small batches the allocator keeps freed scores of the same size.
        """
        points, scores = 4.0 * len(train.items) * self.width, 4.0 * len(train.items) * self.batch * self.length
        return OF_TORCH + 5 * points + 3 * scores + min(3 * scores, HELD_BACK)

    def load(self, files: Mapping[str, bytes]) -> SequenceScorer:
        """The scorer from its files."""
        return SequenceScorer.from_files(files)

    def _train_network(
        self, torch: Any, lessons: BasketWindows, items: int, rng: np.random.Generator
    ) -> tuple[Tensors, list[float]]:
        weights = self._create_weights(torch, items)
        optimiser = torch.optim.Adam(weights.values(), lr=self.learning_rate, betas=(0.9, 0.98))
        order = rng.permutation(len(lessons))
        held, taught = order[: max(1, len(order) // 10)], order[max(1, len(order) // 10) :]
        best: Tensors = {}
        losses: list[float] = []
        while len(losses) < self.epochs and len(losses) - int(np.argmin([np.inf, *losses])) < self.patience + 1:
            for part in np.array_split(rng.permutation(taught), max(1, len(taught) // self.batch)):
                optimiser.zero_grad()
                total, asked = self._compute_loss(torch, weights, lessons, part, self.dropout)
                (total / asked).backward()
                optimiser.step()
            with torch.no_grad():
                parts = np.array_split(held, -(-len(held) // self.batch))
                told = [self._compute_loss(torch, weights, lessons, part, 0.0) for part in parts]
            losses.append(float(sum(total for total, _ in told) / sum(asked for _, asked in told)))
            if losses[-1] == min(losses):
                best = {name: tensor.detach().clone() for name, tensor in weights.items()}
        return best, losses

    def _create_weights(self, torch: Any, items: int) -> Tensors:
        d = self.width
        shapes: dict[str, tuple[int, ...]] = {ITEMS: (items, d), PLACES: (self.length, d)}
        shapes |= {LAST_SCALE: (d,), LAST_SHIFT: (d,)}
        wide = {"up": (d, 2 * d), "up0": (2 * d,), "down": (2 * d, d)}
        for layer in range(self.layers):
            for name in OF_LAYER:
                flat = name.startswith(("scale", "shift")) or name == "down0"
                shapes[f"{layer}.{name}"] = (d,) if flat else wide.get(name, (d, d))
        made = {}
        for name, shape in shapes.items():
            first = torch.ones(shape) if "scale" in name else torch.randn(shape) * (0.05 if len(shape) > 1 else 0.0)
            made[name] = first.requires_grad_()
        return made

    def _compute_loss(
        self, torch: Any, w: Tensors, lessons: BasketWindows, rows: np.ndarray, dropout: float
    ) -> tuple[Any, int]:
        """Compute the sum over next baskets of their mean cross-entropy, and the number of baskets."""
        batch = lessons.batch(rows)
        drop = torch.nn.functional.dropout
        flat = torch.from_numpy(batch.items)
        points = torch.nn.functional.embedding_bag(flat, w[ITEMS], torch.from_numpy(batch.begins), mode="mean")
        hidden = torch.zeros((batch.users * self.length, self.width))
        hidden = hidden.index_copy(0, torch.from_numpy(batch.slots), points).view(batch.users, self.length, -1)
        absent = torch.from_numpy(batch.absent)
        hidden = self._apply_network(torch, w, drop(hidden + w[PLACES], dropout, training=dropout > 0), absent, dropout)
        logits = hidden.reshape(-1, self.width)[torch.from_numpy(batch.asked)] @ w[ITEMS].T
        chances = torch.log_softmax(logits, dim=1)[torch.from_numpy(batch.answer_of), torch.from_numpy(batch.answers)]
        return -(chances * torch.from_numpy(batch.answer_weight)).sum(), batch.asked.size

    def _apply_network(self, torch: Any, w: Tensors, hidden: Any, absent: Any, dropout: float) -> Any:
        norm, drop = torch.nn.functional.layer_norm, torch.nn.functional.dropout
        d = (self.width,)
        shut = torch.triu(torch.ones(self.length, self.length, dtype=torch.bool), 1)[None] | absent[:, None, :]
        shut = (shut & ~torch.eye(self.length, dtype=torch.bool)[None])[:, None]
        for layer in range(self.layers):
            p = {name: w[f"{layer}.{name}"] for name in OF_LAYER}
            calm = norm(hidden, d, p["scale1"], p["shift1"])
            split = (len(hidden), self.length, self.heads, self.width // self.heads)
            query, key, value = ((calm @ p[n]).view(split).transpose(1, 2) for n in ("query", "key", "value"))
            near = (query @ key.transpose(2, 3) / split[3] ** 0.5).masked_fill(shut, -1e9).softmax(-1)
            read = (near @ value).transpose(1, 2).reshape(hidden.shape) @ p["out"]
            hidden = hidden + drop(read, dropout, training=dropout > 0)
            calm = norm(hidden, d, p["scale2"], p["shift2"])
            told = (calm @ p["up"] + p["up0"]).relu() @ p["down"] + p["down0"]
            hidden = hidden + drop(told, dropout, training=dropout > 0)
        return norm(hidden, d, w[LAST_SCALE], w[LAST_SHIFT])
