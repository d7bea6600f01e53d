"""What is written about films, as numbers: one block of TF-IDF columns for each field of the film table.

Here a word is a whole entry: "Christopher Nolan" is one word of the field directors, "Sci-Fi" one of genres.
"""

import numpy as np
import pandas as pd

from course_lib.errors import DataError

SINGULAR = {"genres": "genre", "directors": "director", "keywords": "keyword", "tags": "tag"}
"""How a reason calls one entry of a field; the other fields are called by their own names."""


def words_of(films, field):
    """Return the words that each film has in one field.

    Parameters
    ----------
    films : DataFrame
    field : str
        A column of the table with a text or a list of texts a film; or "decade", which is made of the year.

    Returns
    -------
    list of tuple of str, or None
        One entry a film, empty where nothing is known. None when the table says nothing about this field.

    Raises
    ------
    DataError
        When the column holds something other than words.
    """
    if field == "decade" and field not in films.columns:
        if "year" not in films.columns:
            return None
        words = [() if pd.isna(year) else (f"{int(year) // 10 * 10}s",) for year in films["year"]]
    elif field in films.columns:
        words = [_words(entry, field) for entry in films[field]]
    else:
        return None
    return words if any(words) else None


def tfidf_block(words, vocabulary=None, idf=None):
    r"""Weigh words by how few films have them, and give every film a vector of length 1.

    .. math:: x_{if} = n_{if} \left(\ln \frac{1 + N}{1 + N_f} + 1\right), \qquad v_i = x_i / \lVert x_i \rVert

    n is how often film i has the word f, N the number of films, N_f the number of those that have the word.

    Parameters
    ----------
    words : list of tuple of str
        One entry a film.
    vocabulary : list of str, optional
        The words that have columns, for films that come later: other words are passed over. Made of `words`
        when not given, in alphabetical order.
    idf : ndarray of shape (n_words,), optional
        What each word of the vocabulary weighs.

    Returns
    -------
    block : scipy.sparse.csr_array of shape (n_films, n_words), float64
        A film without words is a row of zeros.
    vocabulary : list of str
    idf : ndarray of shape (n_words,)

    References
    ----------
    scikit-learn's TfidfVectorizer with its default settings, which this calls.
    """
    from scipy import sparse
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=tuple, vocabulary=vocabulary)  # the words of a film are a tuple already
    if vocabulary is None:
        block = vectorizer.fit_transform(words)
        vocabulary, idf = vectorizer.get_feature_names_out().tolist(), vectorizer.idf_
    else:
        vectorizer.idf_ = idf
        block = vectorizer.transform(words)
    return sparse.csr_array(block), vocabulary, idf


def _words(entry, field):
    """Turn one entry of a column into a tuple: a text is one word, and a gap is none."""
    if isinstance(entry, str):
        return (entry,) if entry else ()
    if isinstance(entry, tuple | list | set | np.ndarray) and all(isinstance(word, str) for word in entry):
        return tuple(sorted(entry)) if isinstance(entry, set) else tuple(entry)
    if entry is None or (np.isscalar(entry) and pd.isna(entry)) or entry is pd.NA:
        return ()
    raise DataError(
        f"The column {field!r} of the film table holds {entry}, which is neither a text nor a list of texts. "
        "Turn it into words first, or leave this field out."
    )
