import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = ROOT / "course_lib"
FLOORS = {
    "cli": 4, "__main__": 5, "machine": 4,
    "checks": 3, "plotting": 3, "pictures": 3, "rating_pictures": 3, "cards": 3, "rating_form": 3, "my_page": 3,
    "ladder_pictures": 3, "low_rank_pictures": 3, "svd_pictures": 3, "neighbour_pictures": 3, "factor_pictures": 3,
    "embedding_pictures": 3, "network_pictures": 3, "neural_pictures": 3, "autoencoder_pictures": 3,
    "ranking_pictures": 3, "weight_pictures": 3, "implicit_pictures": 3, "pair_pictures": 3, "mistake_pictures": 3,
    "evaluation": 2, "board": 2, "measures": 2, "comparison": 2, "figures": 2,
    "list_measures": 2, "list_candidates": 2, "mistakes": 2, "sampled_metrics": 2, "propensity": 2,
    "baselines": 1, "content": 1, "content_recommender": 1, "neighbors": 1, "svd": 1, "factorization": 1, "als": 1,
    "implicit": 1, "pairs": 1, "linear": 1, "liked_neighbors": 1, "embeddings": 1, "neural": 1, "autoencoder": 1,
    "multvae": 1,
}  # fmt: skip
# Floor 0 is everything else: what is not a model, a picture or a command. A new file says where it lives.
GROUND = {
    "errors", "films", "ids", "ratings", "rating_table", "rating_arrays", "universe", "datasets", "movielens",
    "netflix_prize", "published", "locate", "film_files", "storage", "downloads", "tables", "splits", "metrics",
    "recommender", "model", "model_files", "hyperparameters", "top_n", "home", "features", "intervals", "matinee",
    "simulate", "members", "rating_file", "titles", "biases", "paper", "_kernels",
    "sparse_svd", "factors", "low_rank", "full_tables", "similarity", "feedback", "sampling",
    "list_hits", "waiting", "list_metrics", "auc", "training", "networks", "quiet",
    "solvers", "blocks", "blocked_sgd", "half_steps", "blocked_pairs", "plain_lines",
    "neural_networks", "interactions", "reconstruction",
}  # fmt: skip
HEAVY = ("tensorflow", "keras", "numba", "sklearn", "pyspark", "matplotlib", "IPython")


def files():
    return sorted(path for path in LIBRARY.rglob("*.py") if path.name != "__init__.py")


def name_of(path):
    parts = path.relative_to(LIBRARY).with_suffix("").parts
    return parts[0]


def imported(path):
    """Names of course_lib's own files that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("course_lib"):
            parts = node.module.split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("course_lib.")}
    return {name for name in found if (LIBRARY / f"{name}.py").exists() or (LIBRARY / name).is_dir()}


def floor(name):
    return 0 if name in GROUND else FLOORS[name]


def test_every_file_has_a_floor():
    assert {name_of(path) for path in files()} <= GROUND | set(FLOORS)


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_a_file_imports_from_below_or_beside_and_never_a_model_from_a_model(path):
    mine = name_of(path)
    for other in imported(path) - {mine}:
        assert floor(other) <= floor(mine), f"{mine} (floor {floor(mine)}) imports {other} (floor {floor(other)})"
        assert not floor(mine) == floor(other) == 1, f"the model {mine} imports the model {other}"


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_a_file_stays_under_300_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) < 300


@pytest.mark.parametrize(
    "module",
    [
        "",
        ".recommender",
        ".baselines",
        ".datasets",
        ".splits",
        ".content",
        ".home",
        ".cli",
        ".content_recommender",
        ".evaluation",
    ],
)
def test_importing_the_library_loads_nothing_heavy(module):
    code = f"import sys, course_lib{module}; print([m for m in {HEAVY} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert run.stdout.strip() == "[]"
