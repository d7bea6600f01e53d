"""The other side of models that make lists: implicit, cornac, lenskit, numpy, pytrec_eval."""

import numpy as np

from benchmarks.speed import ours
from benchmarks.speed.peers_stars import cornac_dataset, cornac_start, lenskit_dataset
from benchmarks.speed.side import Side, per_members
from course_lib.list_metrics import at_k

FIRST_MEMBERS = 2_000
"""A library that lists for one member at a time does so for so many."""


def ones(ratings):
    """Return a csr_matrix with a 1 for each liked film."""
    from scipy import sparse

    table = ratings.csr
    parts = np.ones(table.nnz, np.float32), table.indices.copy(), table.indptr.copy()  # implicit takes none read-only
    return sparse.csr_matrix(parts, table.shape)


class ImplicitALS(Side):
    """implicit's alternating least squares; its confidence of a liked film is the value itself, 1 + alpha."""

    by = "implicit"

    def form(self, data):
        return ones(data.liked) * np.float32(1 + self.s["alpha"])

    def fit(self, form, seed):
        from implicit.cpu.als import AlternatingLeastSquares

        model = AlternatingLeastSquares(
            self.s["k"], regularization=self.s["penalty"], iterations=self.s["rounds"],
            use_cg=not self.s.get("exact"), num_threads=self.threads, random_state=seed,
        )  # fmt: skip
        model.fit(form, show_progress=False)
        return model

    @per_members
    def use(self, model, data):
        users = np.arange(data.liked.n_users)
        return model.recommend(users, ones_of(data), N=20)[0]


def ones_of(data):
    """Return `ones` of the liked films, made once."""
    if "ones" not in data.__dict__:
        data.__dict__["ones"] = ones(data.liked)
    return data.__dict__["ones"]


class ImplicitBPR(ImplicitALS):
    """implicit's pairs."""

    def form(self, data):
        return ones(data.liked)

    def fit(self, form, seed):
        from implicit.cpu.bpr import BayesianPersonalizedRanking

        model = BayesianPersonalizedRanking(
            self.s["k"], learning_rate=self.s["rate"], regularization=self.s["penalty"], iterations=self.s["rounds"],
            num_threads=self.threads, random_state=seed,
        )  # fmt: skip
        model.fit(form, show_progress=False)
        return model


class CornacBPR(Side):
    """cornac's pairs, from the start that ours has; its own, which is smaller, leads elsewhere in so many epochs."""

    by = "cornac"

    def form(self, data):
        self.dataset = cornac_dataset(data.liked)
        return self.dataset, data.liked

    def fit(self, form, seed):
        from cornac.models import BPR

        dataset, ratings = form
        start = cornac_start(ratings, self.s["k"], seed)
        model = BPR(
            k=self.s["k"], max_iter=self.s["rounds"], learning_rate=self.s["rate"], lambda_reg=self.s["penalty"],
            num_threads=self.threads, seed=seed if self.threads == 1 else None, init_params=start,
        )  # fmt: skip
        return model.fit(dataset)

    @per_members
    def use(self, model, data):
        members = range(min(FIRST_MEMBERS, data.liked.n_users))
        return np.array([model.recommend(u, k=20, remove_seen=True, train_set=self.dataset) for u in members])


class ImplicitNeighbors(ImplicitBPR):
    """implicit's cosine of films, which counts a film as its own neighbour."""

    def fit(self, form, seed):
        from implicit.nearest_neighbours import CosineRecommender

        model = CosineRecommender(K=self.s["neighbors"] + 1, num_threads=self.threads)
        model.fit(form, show_progress=False)
        return model

    def use(self, model, data):
        return None

    def judge(self, model, used, data, other):
        table = model.similarity.tocsr(copy=True)
        table.setdiag(0)  # where many films are alike to the full, the film itself is not always among those kept
        rows = np.split(table.data, table.indptr[1:-1])
        return float(sum(np.sort(row)[-self.s["neighbors"] :].sum(dtype=np.float64) for row in rows))


class LenskitNeighbors(Side):
    """lenskit's cosine of films, for feedback without stars."""

    by = "lenskit"

    def form(self, data):
        return lenskit_dataset(data.liked)

    def fit(self, form, seed):
        from lenskit.knn import ItemKNNScorer

        scorer = ItemKNNScorer(save_nbrs=self.s["neighbors"], feedback="implicit")
        scorer.train(form)
        return scorer

    def judge(self, model, used, data, other):
        return float(model.sim_matrix.to_scipy().sum(dtype=np.float64))


class NumpyInverse(Side):
    """EASE as its paper writes it: numpy's inverse, in double precision."""

    by = "numpy"

    def form(self, data):
        return ones(data.liked).astype(np.float64)

    def fit(self, form, seed):
        G = (form.T @ form).toarray()
        G[np.diag_indices(len(G))] += self.s["penalty"]
        P = np.linalg.inv(G)
        B = P / -np.diag(P)
        B[np.diag_indices(len(B))] = 0
        return B

    def judge(self, model, used, data, other):
        return 0.0


class OurLists(ours.Lists):
    """Lists of ten films from factors that are there."""

    def __init__(self, settings, threads):
        super().__init__(ours.ials, settings, threads)

    def form(self, data):
        return self.make(self.s, 0).fit(super().form(data))

    def fit(self, form, seed):
        return form

    @per_members
    def use(self, model, data):
        return model.recommend_all(10)[0]

    def judge(self, model, used, data, other):
        return 1.0


class ImplicitLists(ImplicitALS):
    """implicit's lists from the same factors; judged by the share of places that hold the same film."""

    def form(self, data):
        fitted = ours.ials(self.s, 0).fit(data.liked)
        model = super().fit(super().form(data)[:50], 0)
        model.user_factors, model.item_factors = fitted.user_factors_.copy(), fitted.item_factors_.copy()
        return model

    def fit(self, form, seed):
        return form

    @per_members
    def use(self, model, data):
        return model.recommend(np.arange(data.liked.n_users), ones_of(data), N=10)[0]

    def judge(self, model, used, data, other):
        return None if other is None else float((used == other).mean())


class OurMetrics(OurLists):
    """NDCG, recall and average precision at 20 of lists that are there."""

    names = ("ndcg", "recall", "average_precision")

    def fit(self, form, seed):
        return form.recommend_all(20)[0]

    def use(self, model, data):
        return at_k(model, data.relevant, 20, self.names)

    def judge(self, model, used, data, other):
        return 0.0


class PytrecEval(OurMetrics):
    """trec_eval's own code; its dicts are made before. Judged by the largest difference."""

    by = "pytrec_eval-terrier"
    names = ("ndcg_cut_20", "recall_20", "map_cut_20")

    def fit(self, form, seed):
        import pytrec_eval

        items, relevant = super().fit(form, seed), form.relevant_rows
        wanted = {}
        for u, i in zip(relevant.users.tolist(), relevant.items.tolist(), strict=True):
            wanted.setdefault(str(u), {})[str(i)] = 1
        run = {u: {str(i): float(-place) for place, i in enumerate(items[int(u)].tolist())} for u in wanted}
        return pytrec_eval.RelevanceEvaluator(wanted, {"ndcg_cut.20", "recall.20", "map_cut.20"}), run

    def form(self, data):
        model = super().form(data)
        model.relevant_rows = data.relevant
        return model

    def use(self, model, data):
        evaluator, run = model
        return evaluator.evaluate(run)

    def judge(self, model, used, data, other):
        if other is None:
            return None
        theirs = np.array([[used[str(u)][name] for name in self.names] for u in data.relevant.user_index(other.index)])
        return float(np.abs(theirs - other[list(OurMetrics.names)].to_numpy()).max())
