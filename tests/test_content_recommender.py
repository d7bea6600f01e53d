import time

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics.pairwise import cosine_similarity

from course_lib import datasets
from course_lib.content import multi_hot, unit
from course_lib.content_recommender import FIELDS, ContentRecommender
from course_lib.errors import DataError, UnknownId
from course_lib.features import tfidf_block, words_of
from course_lib.films import film_table
from tests.needs import real_data
from tests.toy import FILMS, from_matrix, paper, random_ratings

THREE = pd.DataFrame(
    {
        "title": ["A", "B", "C"],
        "year": [1999, 2001, 2014],
        "genres": [("Drama", "Sci-Fi"), ("Drama",), ("Comedy",)],
        "directors": [("Nolan",), ("Nolan",), ()],
    },
    index=[1, 2, 3],
)


def three(matrix=((5.0, 4.0, 1.0), (4.0, np.nan, np.nan))):
    return from_matrix(np.array(matrix), films=THREE)


def tfidf_by_hand(words):
    counts = multi_hot(pd.Series(words))
    idf = np.log((1 + len(counts)) / (1 + counts.sum(axis=0))) + 1
    return unit(counts * idf), list(counts.columns)


@pytest.fixture(scope="module")
def shipped():
    return datasets.load("matinee")


@pytest.fixture(scope="module")
def model(shipped):
    return ContentRecommender().fit(shipped.ratings)


def test_weights_of_three_films_by_hand():
    block, words, idf = tfidf_block([("Drama", "Sci-Fi"), ("Drama",), ()])
    rare, common = np.log(4 / 2) + 1, np.log(4 / 3) + 1
    assert words == ["Drama", "Sci-Fi"] and idf.tolist() == pytest.approx([common, rare])
    length = np.hypot(common, rare)
    assert block.toarray() == pytest.approx(np.array([[common / length, rare / length], [1, 0], [0, 0]]))


@pytest.mark.parametrize("field", [field for field in FIELDS if field != "tags"])
def test_weights_from_scratch_are_scikit_learns_on_the_catalogue(shipped, field):
    words = words_of(shipped.films, field)
    ours, names = tfidf_by_hand(words)
    block, vocabulary, _ = tfidf_block(words)
    theirs = TfidfVectorizer(analyzer=lambda entry: entry).fit_transform(words)
    assert vocabulary == names
    assert np.abs(block.toarray() - ours).max() < 1e-12
    assert np.abs(theirs.toarray() - ours).max() < 1e-12


def test_a_film_that_comes_later_gets_the_weights_of_the_catalogue():
    catalogue = [("Drama", "Sci-Fi"), ("Drama",), ("Comedy",)]
    block, vocabulary, idf = tfidf_block(catalogue)
    later, _, _ = tfidf_block([catalogue[0], ("Drama", "Western"), ("Western",)], vocabulary, idf)
    assert later.toarray()[0] == pytest.approx(block.toarray()[0], abs=0)
    assert later.toarray()[1] == pytest.approx(block.toarray()[1], abs=0)  # "Western" is passed over
    assert not later.toarray()[2].any()


def test_a_text_is_one_word_a_gap_is_none_and_a_year_gives_its_decade():
    films = pd.DataFrame({"star": ["Ann", "", None], "year": pd.array([1999, None, 2000], dtype="Int64")})
    assert words_of(films, "star") == [("Ann",), (), ()]
    assert words_of(films, "decade") == [("1990s",), (), ("2000s",)]
    assert words_of(films, "genres") is None
    assert words_of(films.assign(genres=[(), [], ()]), "genres") is None
    with pytest.raises(DataError, match="'year' of the film table holds 1999, which is neither a text nor a list"):
        words_of(films, "year")


def test_the_vector_of_a_film_is_its_blocks_times_their_weights():
    model = ContentRecommender({"genres": 0.5, "directors": 2.0}).fit(three())
    genres, _ = tfidf_by_hand(THREE["genres"].tolist())
    expected = np.hstack([0.5 * genres, 2.0 * np.array([[1], [1], [0]])])
    assert model.item_vectors_.toarray() == pytest.approx(expected)
    assert model.vocabulary_ == {"genres": ["Comedy", "Drama", "Sci-Fi"], "directors": ["Nolan"]}


def test_scores_of_three_films_by_hand():
    # One field whose words are directors: vectors 1, 1, 0; the typical film has 2/3 of it.
    model = ContentRecommender({"directors": 1.0}, choice=0.0, damping=0.0).fit(three())
    mean = 10 / 3
    weight = (5 - mean) * 1 / 3 + (4 - mean) * 1 / 3 + (1 - mean) * -2 / 3
    assert model.scores(1)[0] == pytest.approx([weight, weight, 0])
    assert model.scores(2)[0].tolist() == [0, 0, 0]  # one rating is its own mean, and says nothing without damping


@pytest.mark.parametrize("choice", [0.0, 1.0])
def test_scores_are_those_of_the_formula_in_the_docstring(choice):
    ratings = random_ratings()
    model = ContentRecommender(choice=choice, damping=3.0).fit(ratings)
    vectors, mean = model.item_vectors_.toarray(), ratings.values.mean()
    centred = vectors - vectors.mean(axis=0)
    for user in range(ratings.n_users):
        mine = ratings.users == user
        own = (ratings.values[mine].sum() + 3 * mean) / (mine.sum() + 3)
        profile = (ratings.values[mine] - own + choice) @ centred[ratings.items[mine]]
        assert model.scores(ratings.user_ids[user])[0] == pytest.approx(vectors @ profile, abs=1e-5)


def test_a_single_rating_says_something():
    model = ContentRecommender(choice=0.0).fit(three())
    assert model.scores(2)[0, :2].min() > 0  # 4 stars, where the mean of all is 3.5


def test_disliked_films_push_away():
    model = ContentRecommender({"genres": 1.0}).fit(three(((5.0, 4.0, 1.0), (1.0, 5.0, 4.5))))
    assert model.scores(1)[0].argmin() == 2
    assert model.scores(2)[0].argmin() == 0
    assert model.profile(2).iloc[-1]["feature"] == "genre: Sci-Fi"


def test_a_member_without_ratings_gets_scores_of_zero_in_the_order_of_the_table():
    model = ContentRecommender().fit(three())
    assert model.recommend("nobody")["score"].tolist() == [0, 0, 0]
    assert model.recommend("nobody").index.tolist() == [1, 2, 3]


def test_the_order_of_rows_changes_nothing():
    ratings = random_ratings()
    shuffled = ratings.rows(np.random.default_rng(1).permutation(len(ratings)))
    model = ContentRecommender().fit(ratings)
    assert (clone(model).fit(shuffled).scores(ratings.user_ids) == model.scores(ratings.user_ids)).all()


def test_somebody_with_a_members_ratings_gets_that_members_scores():
    ratings = random_ratings()
    model = ContentRecommender().fit(ratings)
    for user in ratings.user_ids[:5]:
        own = ratings.rows(ratings.users == ratings.user_index(user)).to_frame()
        assert model.fold_in(own["movieId"], own["rating"]) == pytest.approx(model.scores(user)[0], abs=1e-5)


def test_a_profile_is_every_word_with_the_weight_that_scores_are_made_of():
    model = ContentRecommender().fit(three())
    profile = model.profile(1)
    assert len(profile) == model.item_vectors_.shape[1]
    assert profile["weight"].tolist() == sorted(profile["weight"], reverse=True)
    assert profile["feature"].tolist()[0] in {"genre: Drama", "director: Nolan"}
    assert not model.profile("nobody")["weight"].any()
    with pytest.raises(DataError, match="takes the id of one member, and got 2"):
        model.profile([1, 2])


def test_reasons_are_the_words_of_the_film_and_the_largest_stands_first():
    ratings = random_ratings()
    model = ContentRecommender().fit(ratings)
    reasons = model.explain(1, 10)
    film = ratings.films.loc[10]
    words = {f"director: {name}" for name in film["directors"]} | {f"genre: {name}" for name in film["genres"]}
    assert words < set(reasons["reason"]) and "decade: 1990s" in set(reasons["reason"])
    assert reasons["contribution"].tolist() == sorted(reasons["contribution"], reverse=True)
    exact = model.item_vectors_[[0]].toarray()[0] @ model._profiles(np.array([0]))[0]
    assert reasons["contribution"].sum() == pytest.approx(exact, abs=1e-12)


def test_similarities_are_scikit_learns_cosines():
    ratings = random_ratings()
    model = ContentRecommender().fit(ratings)
    cosines = cosine_similarity(sparse.csr_matrix(model.item_vectors_))
    for position, item in enumerate(ratings.item_ids):
        listed = model.similar(item, n=19)["similarity"]
        assert listed.to_numpy() == pytest.approx(cosines[position, ratings.item_index(listed.index)], abs=1e-6)


def test_what_two_films_share_adds_up_to_their_cosine():
    ratings = random_ratings()
    model = ContentRecommender().fit(ratings)
    for other in ratings.item_ids[1:]:
        shared = model.shared(10, other)
        similarity = model.similar(10, n=19)["similarity"][other]
        assert shared["contribution"].sum() == pytest.approx(similarity, abs=1e-6)
        assert (shared["contribution"] > 0).all()
    assert model.shared(10, 10)["contribution"].sum() == pytest.approx(1)
    with pytest.raises(UnknownId):
        model.shared(10, 99)


def test_films_that_share_nothing_have_no_reasons():
    model = ContentRecommender({"genres": 1.0}).fit(three())
    assert model.shared(1, 3).empty and model.shared(1, 3).columns.tolist() == ["reason", "contribution"]


def test_a_film_described_like_one_of_the_catalogue_gets_its_score_and_its_reasons():
    ratings = random_ratings()
    model = ContentRecommender().fit(ratings)
    again = ratings.films.iloc[[4, 7]].set_index(pd.Index([900, 901]))
    assert model.score_new(again, ratings.user_ids) == pytest.approx(
        model.scores(ratings.user_ids)[:, [4, 7]], abs=1e-6
    )
    pd.testing.assert_frame_equal(model.explain_new(again.iloc[[0]], 1), model.explain(1, ratings.item_ids[4]))
    assert not model.score_new(again, "nobody").any()


def test_of_a_new_film_what_is_known_is_enough_and_new_words_are_passed_over():
    model = ContentRecommender().fit(three())
    new = pd.DataFrame({"genres": [["Drama", "Musical"]], "directors": ["Nolan"]})
    known = pd.DataFrame({"genres": [("Drama",)], "directors": [("Nolan",)]})
    assert model.score_new(new, [1, 2]).shape == (2, 1)
    assert (model.score_new(new, [1, 2]) == model.score_new(known, [1, 2])).all()
    assert model.score_new(new, 1)[0, 0] == pytest.approx(model.explain_new(new, 1)["contribution"].sum())
    with pytest.raises(DataError, match="none of the fields genres, directors, decade, by which this model knows"):
        model.score_new(pd.DataFrame({"title": ["X"]}), 1)
    with pytest.raises(DataError, match="explains one film at a time, and got 2"):
        model.explain_new(THREE.iloc[:2], 1)


def test_fields_that_the_table_lacks_are_left_out_and_named():
    films = film_table(THREE, "three films")
    model = ContentRecommender().fit(from_matrix(np.full((2, 3), 4.0), films=films))
    assert list(model.field_weights_) == ["genres", "directors", "decade"]
    assert model.missing_fields_ == ["cast", "keywords", "star", "franchise", "tags"]
    assert model.note_ == "This film table (three films) has no cast, keywords, star, franchise or tags."
    assert ContentRecommender({"genres": 1.0}).fit(three()).note_ == ""


def test_a_table_without_any_field_is_refused_in_a_sentence():
    with pytest.raises(DataError) as caught:
        ContentRecommender({"directors": 1.0, "cast": 1.0}).fit(paper())
    assert str(caught.value) == (
        "This film table has no directors or cast. There is nothing to compare films by. Its columns are title: name "
        'those with words, as in ContentRecommender(fields={"genres": 1.0}).'
    )
    assert FILMS.columns.tolist() == ["title"]


@pytest.mark.parametrize(
    "fields", [{}, [], {"genres": -1.0}, {"genres": float("nan")}, {"genres": "much"}, {"genres": 0}, "genres"]
)
def test_weights_that_are_none_are_refused_in_a_sentence(fields):
    with pytest.raises(DataError, match="Give each field a weight that is not negative"):
        ContentRecommender(fields=fields).fit(three())


def test_a_field_of_weight_zero_is_as_good_as_absent():
    ratings = random_ratings()
    with_zero = ContentRecommender({"genres": 1.0, "cast": 0.0}).fit(ratings)
    assert with_zero.item_vectors_.shape[1] == 4
    assert (with_zero.scores(1) == ContentRecommender({"genres": 1.0}).fit(ratings).scores(1)).all()


@pytest.mark.parametrize("params", [{"choice": -1.0}, {"damping": -1.0}])
def test_numbers_out_of_bounds_are_refused(params):
    with pytest.raises(DataError, match="Give a number of at least 0"):
        ContentRecommender(**params).fit(three())


def test_inception_is_among_the_first_five_neighbours_of_interstellar_because_of_the_director(shipped, model):
    interstellar, inception = shipped.film("Interstellar (2014)"), shipped.film("Inception (2010)")
    assert inception in model.similar(interstellar, n=5).index
    assert model.shared(interstellar, inception)["reason"].iloc[0] == "director: Christopher Nolan"
    assert model.missing_fields_ == ["tags"]


def test_member_1_is_told_that_the_director_speaks_for_inception(shipped, model):
    reasons = model.explain(1, shipped.film("Inception (2010)")).set_index("reason")["contribution"]
    assert reasons["director: Christopher Nolan"] > 0


def test_all_lists_of_the_shipped_data_take_well_under_a_second(model):
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        model.recommend_all(20)
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.5  # 0.07 s on two cores


def test_on_real_members_it_runs_on_genres_and_tags_and_says_what_is_missing():
    real = datasets.load("ml-latest-small", folder=real_data())
    model = ContentRecommender().fit(real.ratings)
    assert list(model.field_weights_) == ["genres", "decade", "tags"]
    assert model.note_ == ("This film table (ml-latest-small) has no directors, cast, keywords, star or franchise.")
    assert len(model.recommend(1)) == 10
