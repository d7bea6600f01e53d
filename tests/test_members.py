import errno
import json
import os
import re
import subprocess
import sys

import filelock
import numpy as np
import pandas as pd
import pytest

from course_lib import home, members
from course_lib.baselines import BiasModel, Popularity
from course_lib.errors import DataError, NotFitted, StorageError, UnknownId
from course_lib.films import film_table
from course_lib.ratings import Ratings
from tests.test_home import failing
from tests.toy import FILMS, PAPER, from_matrix, paper

films = film_table(FILMS, "toy")
ALIEN, UP = {"stars": 4.0, "rated": 1_700_000_000}, {"stars": 2.5, "rated": 1_700_000_100}


@pytest.fixture(autouse=True)
def my(empty_home):
    return empty_home


@pytest.fixture
def write(my):
    """Put something into the learner's file, as a hand or a crash would."""

    def write(content):
        my.mkdir(exist_ok=True)
        data = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
        (my / "ratings.json").write_bytes(data)

    return write


def stored():
    return home.read_json("ratings", {})


def stars():
    return dict(members.rated()[["title", "stars"]].to_numpy())


def in_another_process(code, *arguments):
    setup = (
        "from course_lib import members\nfrom course_lib.films import film_table\nfrom tests.toy import FILMS\n"
        "import sys, os\nfilms = film_table(FILMS)\n"
    )
    return subprocess.Popen([sys.executable, "-c", setup + code, *arguments], cwd=home.ROOT)


def test_a_rating_is_kept_under_its_title_with_its_time(monkeypatch):
    monkeypatch.setattr(members.time, "time", lambda: 1_700_000_000.9)
    assert members.rate(films, "Alien (1979)", 4) is None
    assert stored() == {"Alien (1979)": {"stars": 4.0, "rated": 1_700_000_000}}
    assert members.count() == 1
    assert members.rated()["when"].iloc[0] == pd.Timestamp("2023-11-14 22:13:20", tz="UTC")


def test_without_a_rating_there_is_nothing_and_nothing_is_made(my):
    ids, values = members.my_ratings(films)
    assert ids.shape == values.shape == (0,) and ids.dtype == films.index.dtype and values.dtype == np.float32
    assert members.count() == 0 and members.problems(films) == [] and len(members.rated()) == 0
    assert not my.exists()


def test_a_later_rating_of_the_same_film_replaces_the_earlier_one_in_any_spelling():
    members.rate(films, "Alien (1979)", 1)
    members.rate(films, "Up (2009)", 3)
    members.rate(films, "alien (1979)", 4.5)
    assert list(stored()) == ["Up (2009)", "Alien (1979)"]
    assert stars() == {"Alien (1979)": 4.5, "Up (2009)": 3}
    assert members.rated()["title"].tolist() == ["Alien (1979)", "Up (2009)"]


@pytest.mark.parametrize("value", [0.5, 5, np.float32(2.5), np.int64(3), np.float64(4.5)])
def test_any_kind_of_number_on_the_scale_is_a_rating(value):
    members.rate(films, "Alien (1979)", value)
    assert stars() == {"Alien (1979)": float(value)}


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (11, "11 stars are off the scale. Give 0.5 to 5 stars, in halves."),
        (0, "0 stars are off the scale"),
        (-1, "-1 stars are off the scale"),
        (3.7, "3.7 stars are between two halves"),
        (float("nan"), "nan is not a number of stars"),
        (float("inf"), "inf stars are off the scale"),
        (10**400, "stars are off the scale"),
        ("four", "'four' is not a number of stars"),
        (True, "True is not a number of stars"),
        (None, "None is not a number of stars"),
        ([4], r"\[4\] is not a number of stars"),
    ],
)
def test_what_is_no_rating_is_refused_with_a_sentence(value, says):
    members.rate(films, "Alien (1979)", 4)
    with pytest.raises(DataError, match=says):
        members.rate(films, "Alien (1979)", value)
    assert stars() == {"Alien (1979)": 4}


def test_a_title_that_is_no_film_is_refused_with_the_nearest_ones():
    with pytest.raises(UnknownId, match=r"called 'Alein \(1979\)'. Did you mean 'Alien \(1979\)'"):
        members.rate(films, "Alein (1979)", 4)
    with pytest.raises(DataError, match="101 is no title"):
        members.rate(films, 101, 4)
    with pytest.raises(DataError, match=r"members.rate\(data.films"):
        members.rate("Alien (1979)", 4, 4)
    assert stored() == {}


def test_a_rating_can_be_taken_back_in_any_spelling_and_only_once():
    members.rate(films, "Alien (1979)", 4)
    members.rate(films, "Up (2009)", 4)
    members.forget("ALIEN (1979)")
    assert stars() == {"Up (2009)": 4}
    with pytest.raises(UnknownId, match=r"not rated 'Alien \(1979\)'.* members.rated\(\) lists yours"):
        members.forget("Alien (1979)")


def test_ratings_go_with_the_learner_to_another_film_table():
    members.rate(films, "Alien (1979)", 4)
    members.rate(films, "Up (2009)", 3)
    others = pd.DataFrame({"title": ["Up (2009)", "Heat (1995)", "alien (1979)"]}, index=["u", "h", "a"])
    ids, values = members.my_ratings(film_table(others))
    assert ids.tolist() == ["a", "u"] and values.tolist() == [4, 3]


WRONG = {
    "no film has the title": ({"Alein (1979)": ALIEN}, r"rating of 'Alein \(1979\)'.*Did you mean 'Alien \(1979\)'"),
    "11 stars": ({"Clueless (1995)": {"stars": 11, "rated": 1}}, r"'Clueless \(1995\)' .* 11 stars are off the scale"),
    "between two halves": ({"Clueless (1995)": 3.7}, "3.7 stars are between two halves"),
    "text for stars": ({"Clueless (1995)": "four"}, "'four' is not a number of stars"),
    "not a number": ({"Clueless (1995)": {"stars": float("nan")}}, "nan is not a number of stars"),
    "null": ({"Clueless (1995)": None}, "None is not a number of stars"),
    "true": ({"Clueless (1995)": True}, "True is not a number of stars"),
    "a list": ({"Clueless (1995)": [4, 1]}, r"\[4, 1\] is not a number of stars"),
    "no stars": ({"Clueless (1995)": {"rated": 1}}, "has no stars"),
    "no title": ({"": 4}, r"has no title.*members.forget\(''\)"),
    "no time": ({"Clueless (1995)": {"stars": 4, "rated": "yesterday"}}, "is used, but 'yesterday' is no time"),
    "the same film twice": ({"ALIEN (1979)": {"stars": 1, "rated": 5}}, r"'ALIEN \(1979\)' and 'Alien \(1979\)' are"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_entry_has_its_own_sentence_stays_in_the_file_and_harms_no_other(write, wrong):
    entries, says = WRONG[wrong]
    content = {"Alien (1979)": ALIEN} | entries | {"Up (2009)": UP}
    write(content)
    (problem,) = members.problems(films)
    assert re.search(says, problem)
    ids, values = members.my_ratings(films)
    assert dict(zip(ids.tolist(), values.tolist(), strict=True)).items() >= {101: 4.0, 105: 2.5}.items()
    members.rate(films, "Blade Runner (1982)", 5)
    left = stored()
    left.pop("Blade Runner (1982)")
    assert json.dumps(left) == json.dumps(content)


def test_of_two_entries_of_one_film_the_later_counts_and_both_stay(write):
    write({"Alien (1979)": {"stars": 4, "rated": 5}, "alien (1979)": {"stars": 1, "rated": 4}, "ALIEN (1979)": 3})
    assert stars() == {"Alien (1979)": 4}
    assert members.my_ratings(films)[1].tolist() == [4]
    assert len(members.problems()) == 2 and len(stored()) == 3
    members.rate(films, "Alien (1979)", 2)  # as the sentence advises
    assert members.problems() == [] and list(stored()) == ["Alien (1979)"]


def test_any_wrong_entry_can_be_taken_out_as_its_sentence_says(write):
    write({"": 4, "Alien (1979)": 11, "alien (1979)": 4})
    members.forget("")
    members.forget("Alien (1979)")
    assert stored() == {"alien (1979)": 4} and members.problems() == []


def test_a_file_written_by_hand_may_hold_the_stars_alone(write):
    write({"Alien (1979)": 4, "Up (2009)": 3.5})
    assert stars() == {"Alien (1979)": 4, "Up (2009)": 3.5}
    assert members.problems(films) == [] and members.rated()["when"].isna().all()


WHOLE = json.dumps({"Alien (1979)": ALIEN, "Amélie (2001)": UP, 'A "B" (2000)': ALIEN}, ensure_ascii=False, indent=1)
DAMAGED = {
    "cut off in a title": (WHOLE[: WHOLE.index("B")], {"Alien (1979)": 4, "Amélie (2001)": 2.5}),
    "cut off behind the stars": (WHOLE[:-20], {"Alien (1979)": 4, "Amélie (2001)": 2.5, 'A "B" (2000)': 4}),
    "cut off in the stars": (WHOLE[: WHOLE.index("2.5") + 1], {"Alien (1979)": 4}),
    "cut off in a letter": (WHOLE.encode()[: WHOLE.encode().index("é".encode()) + 1], {"Alien (1979)": 4}),
    "a comma too many": ('{"Alien (1979)": 4, "Up (2009)": 3,}', {"Alien (1979)": 4, "Up (2009)": 3}),
    "a comma too few": ('{"Alien (1979)": 4 "Up (2009)": {"stars": 3}}', {"Alien (1979)": 4, "Up (2009)": 3}),
    "a brace too few": ('{"Alien (1979)": {"stars": 4, "Up (2009)": 3}', {"Alien (1979)": 4, "Up (2009)": 3}),
    "a byte order mark": ("\ufeff" + WHOLE, {"Alien (1979)": 4, "Amélie (2001)": 2.5, 'A "B" (2000)': 4}),
    "a list": ('["Alien (1979)", 4]', {}),
    "empty": ("", {}),
    "no text": (b"\x00\xff\x93", {}),
}


@pytest.mark.parametrize("damage", DAMAGED)
@pytest.mark.parametrize("first", ["read", "rate"])
def test_what_can_be_read_of_a_damaged_file_is_used_and_all_of_it_kept(my, write, recwarn, damage, first):
    content, good = DAMAGED[damage]
    content = content if isinstance(content, bytes) else content.encode()
    write(content)
    if first == "rate":
        members.rate(films, "Dirty Dancing (1987)", 1)
        good = good | {"Dirty Dancing (1987)": 1}
    assert stars() == good
    assert (my / "ratings.json.damaged-1").read_bytes() == content
    (problem,) = members.problems()
    assert "was damaged" in problem and "ratings.json.damaged-1" in problem and "delete that copy" in problem
    (my / "ratings.json.damaged-1").unlink()
    assert members.problems() == [] and stars() == good
    assert not recwarn.list


def test_a_damaged_file_on_a_full_disk_is_used_and_stays_where_it_is(my, write, monkeypatch):
    content = WHOLE[:-20].encode()
    write(content)
    with monkeypatch.context() as patch:
        patch.setattr(home, "_write", lambda *_: (_ for _ in ()).throw(StorageError("The disk is full.")))
        assert stars() == {"Alien (1979)": 4, "Amélie (2001)": 2.5, 'A "B" (2000)': 4}
        (problem,) = members.problems()
        assert problem.startswith("ratings.json is damaged; 3 ratings could be read and used. The disk is full.")
        with pytest.raises(StorageError):
            members.rate(films, "Up (2009)", 3)
        assert (my / "ratings.json").read_bytes() == content
    assert members.count() == 3


def test_a_full_disk_is_a_sentence_and_loses_nothing(monkeypatch):
    members.rate(films, "Alien (1979)", 4)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing(errno.ENOSPC))
        with pytest.raises(StorageError, match="disk is full.* Nothing was changed"):
            members.rate(films, "Alien (1979)", 1)
    assert stars() == {"Alien (1979)": 4}


def test_a_read_only_folder_can_still_be_read(monkeypatch):
    members.rate(films, "Alien (1979)", 4)
    monkeypatch.setattr(filelock.FileLock, "acquire", failing(errno.EROFS))
    assert stars() == {"Alien (1979)": 4}
    with pytest.raises(StorageError, match="Set COURSE_HOME to a folder that you can write to"):
        members.rate(films, "Up (2009)", 4)


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_crash_in_the_middle_of_a_write_loses_nothing(step):
    members.rate(films, "Alien (1979)", 4)
    crash = f"os.{step} = lambda *_: os._exit(9)\nmembers.rate(films, 'Up (2009)', 3)"
    assert in_another_process(crash).wait(60) == 9
    assert stars() == {"Alien (1979)": 4} and members.problems() == []
    members.rate(films, "Up (2009)", 3)  # the lock of the dead process is gone
    assert members.count() == 2


def test_two_processes_that_rate_at_once_lose_nothing():
    names = [f"Film {k} (2000)" for k in range(60)]
    code = (
        "import pandas as pd\nnames = [f'Film {k} (2000)' for k in range(60)]\n"
        "films = film_table(pd.DataFrame({'title': names}))\n"
        "for name in names[int(sys.argv[1])::2]:\n    members.rate(films, name, 4)"
    )
    running = [in_another_process(code, str(half)) for half in range(2)]
    assert [process.wait(60) for process in running] == [0, 0]
    assert sorted(stars()) == sorted(names)


def test_a_second_kernel_sees_what_the_first_has_rated_and_keeps_it():
    members.rate(films, "Alien (1979)", 4)
    second = "assert members.count() == 1\nmembers.rate(films, 'Up (2009)', 3)\nmembers.rate(films, 'Alien (1979)', 5)"
    assert in_another_process(second).wait(60) == 0
    assert stars() == {"Alien (1979)": 5, "Up (2009)": 3}


def test_my_list_is_the_models_answer_to_my_ratings_without_the_films_i_rated():
    model = BiasModel().fit(paper())
    members.rate(films, "Alien (1979)", 5)
    members.rate(films, "Up (2009)", 1)
    listed = members.my_list(model)
    scores = model.fold_in([101, 105], [5.0, 1.0])
    order = [item for item in films.index[np.argsort(-scores, kind="stable")] if item not in (101, 105)]
    assert listed.index.tolist() == order and listed.index.name == "movieId"
    assert listed["title"].tolist() == films["title"].loc[order].tolist()
    np.testing.assert_array_equal(listed["score"], [scores[films.index.get_loc(item)] for item in order])
    assert len(members.my_list(model, n=2)) == 2


def test_without_ratings_my_list_is_a_newcomers():
    model = Popularity().fit(paper())
    assert members.my_list(model, 3).equals(model.recommend("nobody", 3))


def test_a_film_that_is_in_the_table_twice_is_not_recommended_to_who_has_rated_it():
    twice = FILMS.assign(title=["Alien (1979)", "Alien (1979)", *FILMS["title"][2:]])
    model = BiasModel().fit(from_matrix(PAPER, films=twice))
    members.rate(model.ratings_.films, "Alien (1979)", 5)
    assert members.my_ratings(model.ratings_.films)[0].tolist() == [101]
    assert "Alien (1979)" not in set(members.my_list(model)["title"])


def test_half_a_star_counts_as_one_where_the_scale_begins_there():
    ratings = Ratings.from_frame(paper().to_frame(), films=FILMS, scale=(1.0, 5.0))
    members.rate(films, "Alien (1979)", 0.5)
    assert len(members.my_list(BiasModel().fit(ratings))) == 4


def test_my_list_asks_for_a_fitted_model_and_a_length():
    with pytest.raises(NotFitted, match="has not learned anything yet"):
        members.my_list(BiasModel())
    with pytest.raises(DataError, match="Say how many films"):
        members.my_list(BiasModel().fit(paper()), n=0)
