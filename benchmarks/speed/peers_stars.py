"""The other side of models that predict stars: cornac, Surprise, lenskit, cmfrec."""

from collections import OrderedDict

import numpy as np
import pandas as pd

from benchmarks.speed import ours
from benchmarks.speed.side import Side, per_pairs
from course_lib.factors import random_start


def cornac_dataset(ratings):
    """Return ratings in cornac's form, by member and film: the order that suits it best."""
    from cornac.data import Dataset

    order = np.lexsort((ratings.items, ratings.users))
    columns = [column[order] for column in (ratings.users, ratings.items, ratings.values)]
    columns = tuple(column.astype(kind) for column, kind in zip(columns, (np.int64, np.int64, np.float64), strict=True))
    users, items = (OrderedDict((one, one) for one in range(n)) for n in (ratings.n_users, ratings.n_items))
    return Dataset(ratings.n_users, ratings.n_items, users, items, columns)


def cornac_start(ratings, k, seed):
    """Return the random numbers that our side starts with, for cornac."""
    P, Q = random_start(ratings, k, ours.START, np.random.default_rng(seed))
    return {"U": P.astype(np.float32), "V": Q.astype(np.float32)}


class CornacMF(Side):
    """cornac's matrix factorization, from the start that ours has."""

    by = "cornac"

    def form(self, data):
        return cornac_dataset(data.train), data.train

    def fit(self, form, seed):
        from cornac.models import MF

        dataset, ratings = form
        model = MF(
            k=self.s["k"], max_iter=self.s["rounds"], learning_rate=self.s["rate"], lambda_reg=self.s["penalty"],
            num_threads=self.threads, init_params=cornac_start(ratings, self.s["k"], seed),
        )  # fmt: skip
        return model.fit(dataset)

    @per_pairs
    def use(self, model, data):
        users, items, _ = data.pairs(self.s["pairs"])
        return [model.rate(u, i) for u, i in zip(users.tolist(), items.tolist(), strict=True)]


class SurpriseSVD(Side):
    """Surprise's SVD, which is biased matrix factorization by gradient descent."""

    by = "scikit-surprise"

    def form(self, data):
        from surprise import Dataset, Reader

        frame = data.train.to_frame()[["userId", "movieId", "rating"]]
        return Dataset.load_from_df(frame, Reader(rating_scale=data.train.scale)).build_full_trainset()

    def fit(self, form, seed):
        from surprise import SVD

        return SVD(
            n_factors=self.s["k"], n_epochs=self.s["rounds"], lr_all=self.s["rate"], reg_all=self.s["penalty"],
            init_std_dev=ours.START, random_state=seed,
        ).fit(form)  # fmt: skip

    @per_pairs
    def use(self, model, data):
        users, items, _ = data.pairs(self.s["pairs"])
        users, items = data.test.user_ids[users].tolist(), data.test.item_ids[items].tolist()
        return [model.predict(u, i).est for u, i in zip(users, items, strict=True)]


class SurpriseCosine(SurpriseSVD):
    """Surprise's similarities of films, by the members who rated both: it keeps all, and the largest are compared."""

    def fit(self, form, seed):
        from surprise import KNNBasic

        return KNNBasic(k=40, sim_options={"name": "cosine", "user_based": False}, verbose=False).fit(form)

    def use(self, model, data):
        return None

    def judge(self, model, used, data, other):
        there = np.maximum(model.sim, 0)
        there[np.diag_indices(len(there))] = 0
        nearest = min(self.s["neighbors"], len(there))
        return float(sum(np.sort(row)[-nearest:].sum() for row in there))


def lenskit_dataset(ratings):
    """Return ratings in lenskit's form."""
    from lenskit.data import from_interactions_df

    frame = pd.DataFrame({"user_id": ratings.users, "item_id": ratings.items, "rating": ratings.values})
    return from_interactions_df(frame)


class LenskitALS(Side):
    """lenskit's biased matrix factorization by alternating least squares: biases first, then exact solutions."""

    by = "lenskit"

    def form(self, data):
        return lenskit_dataset(data.train)

    def fit(self, form, seed):
        from lenskit.als import BiasedMFScorer
        from lenskit.training import TrainingOptions

        scorer = BiasedMFScorer(embedding_size=self.s["k"], epochs=self.s["rounds"], regularization=self.s["penalty"])
        scorer.train(form, TrainingOptions(rng=seed))
        return scorer

    @per_pairs
    def use(self, model, data):
        from lenskit.data import ItemList

        users, items, _ = data.pairs(self.s["pairs"])
        order = np.argsort(users, kind="stable")
        stars, ends = np.empty(len(users)), np.flatnonzero(np.diff(users[order])) + 1
        for rows in np.split(order, ends):
            scored = model(int(users[rows[0]]), ItemList(item_ids=items[rows])).scores()
            stars[rows] = np.where(np.isnan(scored), data.train.values.mean(), scored)  # a film that it has not met
        return stars


class CmfrecALS(Side):
    """cmfrec's collective matrix factorization, with ratings alone."""

    by = "cmfrec"

    def form(self, data):
        train = data.train
        return pd.DataFrame({"UserId": train.users, "ItemId": train.items, "Rating": train.values})

    def fit(self, form, seed):
        from cmfrec import CMF

        return CMF(
            k=self.s["k"], lambda_=self.s["penalty"], scale_lam=True, niter=self.s["rounds"], method="als",
            use_cg=True, finalize_chol=False, precompute_for_predictions=False, include_all_X=False,
            nthreads=self.threads, random_state=seed, verbose=False,
        ).fit(form)  # fmt: skip

    @per_pairs
    def use(self, model, data):
        users, items, _ = data.pairs(self.s["pairs"])
        stars = np.asarray(model.predict(users, items))
        return np.where(np.isnan(stars), data.train.values.mean(), stars)
