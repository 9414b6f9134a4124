from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.serving.rooms import TOKEN, Served, serving

TREE = """tree
version=v4
num_class=1
num_tree_per_iteration=1
label_index=0
max_feature_idx=1
objective=binary sigmoid:1
feature_names=x y
feature_infos=[-3:3] [-3:3]
tree_sizes={size}

{tree}
end of trees
"""
ONE = """Tree=0
num_leaves=2
num_cat=0
split_feature=0
split_gain=1
threshold={threshold}
decision_type=2
left_child=-1
right_child=-2
leaf_value=-1.5 {leaf}
leaf_weight=1 1
leaf_count=1 1
internal_value=0
internal_weight=0
internal_count=2
is_linear=0
shrinkage=1

"""


def tree(threshold: float, leaf: float) -> str:
    """A LightGBM text of one split on ``x``."""
    one = ONE.format(threshold=threshold, leaf=leaf) + "\n"
    return TREE.format(tree=one, size=len(one))


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``old.txt`` acts where x is above 0, ``new.txt`` where it is above 1."""
    folder = tmp_path_factory.mktemp("models")
    (folder / "old.txt").write_text(tree(0.0, 1.5))
    (folder / "new.txt").write_text(tree(1.0, 2.5))
    return folder


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[Served]:
    """A gateway with a token, one worker, no shadow."""
    folder = tmp_path_factory.mktemp("served") / "shop"
    with serving(folder, "--champion", str(models / "old.txt"), token=TOKEN) as one:
        yield one
