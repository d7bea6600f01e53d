"""Pictures of neural collaborative filtering, looked at through what `plotting.describe` says of them."""

import pandas as pd

from course_lib import neural_pictures, plotting


def described(fig):
    fig.canvas.draw()
    text = plotting.describe(fig)
    plotting.plt.close(fig)
    return text


def test_neumf_has_the_boxes_of_both_others():
    fig = neural_pictures.three_networks({"GMF": ["p, q", "product"], "MLP": ["p, q", "beside", "8"]}, "A message")
    words = [[text.get_text() for text in ax.texts if text.get_text()] for ax in fig.axes]
    assert [ax.get_title(loc="left") for ax in fig.axes] == ["GMF", "MLP", "NeuMF"]
    assert [len(ax.patches) for ax in fig.axes] == [3, 4, 6]
    assert sorted(words[2]) == sorted(words[0] + words[1][:-1]) and words[2][-1] == words[0][-1] == words[1][-1]
    assert described(fig).startswith("A message")


def test_each_crowd_has_a_panel_for_the_loss_and_one_for_the_lists():
    ways = {"drawn anew": {2: (0.5, 0.1), 4: (0.3, 0.15)}, "drawn once": {2: (0.4, 0.1), 4: (0.2, 0.05)}}
    fig = neural_pictures.anew_or_once({"here": ways, "there": ways}, "A message", ("loss", "NDCG"))
    assert [ax.get_title(loc="left") for ax in fig.axes] == [
        "here:\nloss",
        "here:\nNDCG",
        "there:\nloss",
        "there:\nNDCG",
    ]
    text = described(fig)
    assert text.count("line drawn anew: 2 values, 0.3 to 0.5, last 0.3") == 2
    assert text.count("line drawn once: 2 values, 0.05 to 0.1, last 0.05") == 2


def test_each_run_is_a_dot_beside_the_mean_with_its_interval():
    table = pd.DataFrame({"model": ["A", "A", "A", "B", "B"], "seed": ["1", "2", "mean", "none", "mean"],
                          "value": [0.1, 0.3, 0.2, 0.4, 0.4], "low": [None, None, 0.15, None, 0.35],
                          "high": [None, None, 0.25, None, 0.45]})  # fmt: skip
    fig = neural_pictures.seeds_and_intervals({"here": table}, "A message", "NDCG", ["A"])
    first, dots, second, dot = fig.axes[0].lines
    assert list(first.get_xdata()) == [0.15, 0.25] and list(dots.get_xdata()) == [0.1, 0.3]
    assert list(second.get_xdata()) == [0.35, 0.45] and list(dot.get_xdata()) == [0.4]
    assert first.get_color() == plotting.VERMILLION and second.get_color() == plotting.BLUE
    assert "words: 0.200; 0.400" in described(fig)
