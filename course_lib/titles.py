"""Titles as people write them: one film under several spellings, and films by a part of their title."""

import re
import unicodedata

import numpy as np
import pandas as pd

ENDS_ON_YEAR = re.compile(r"^(.*?)\s*\((\d{4})\)\s*$")
ARTICLE_AT_END = re.compile(r"^(.*), (the|an?|l[aeo]s?|il|el|die|der|das)$", re.IGNORECASE)


def names_of(title):
    """List the names that a title gives to its film, each with the year, the full one first.

    Parameters
    ----------
    title : str
        "Matrix, The (1999)", or with other names: "Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)".

    Returns
    -------
    list of str
        In plain letters: ["the matrix 1999"]. Two titles that share a name mean the same film.
    """
    whole = ENDS_ON_YEAR.match(title)
    name, year = whole.groups() if whole else (title, "")
    others = [re.sub(r"^a\.?k\.?a\.? ", "", other) for other in re.findall(r"\(([^()]+)\)", name)]
    names = [ARTICLE_AT_END.sub(r"\2 \1", one.strip()) for one in [name, name.split(" (")[0], *others]]
    return list(dict.fromkeys(plain(f"{one} {year}") for one in names))


def plain(text):
    """Reduce text to what people type: small letters without accents or punctuation.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        "Schindler's List" becomes "schindlers list", "Amélie" becomes "amelie".
    """
    letters = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter) and letter not in "'’")
    return " ".join(re.findall(r"\w+", letters))


class Titles:
    """The titles of a film table, to look films up by.

    Parameters
    ----------
    films : DataFrame
        With the column "title"; where it has "fame", a search lists the best known first.
    """

    def __init__(self, films):
        names = [names_of(str(title)) for title in films["title"]]
        self._named = {}
        for rank in range(max(map(len, names), default=0)):  # a film's own name goes before another's other name
            for position, some in enumerate(names):
                if rank < len(some):
                    self._named.setdefault(some[rank], position)
        self._texts = [f" {' '.join(some)}" for some in names]
        self._short = [_short_names(some) for some in names]
        known = films["fame"] if "fame" in films.columns else np.zeros(len(films))
        self._fame = pd.to_numeric(pd.Series(known), errors="coerce").fillna(0).to_numpy(dtype=float)

    def position(self, title):
        """Find the film that a title means.

        Parameters
        ----------
        title : str
            With the year; capitals, accents and the place of "The" do not matter.

        Returns
        -------
        int or None
            Its row in the film table; the first where several have this title.
        """
        return next((self._named[name] for name in names_of(title) if name in self._named), None)

    def search(self, part, n=8):
        """List films with all these words in their title.

        Parameters
        ----------
        part : str
            Words or their beginnings, such as "dark kn"; capitals and accents do not matter.
        n : int, default=8
            At most so many.

        Returns
        -------
        list of int
            Rows in the film table: the film of exactly this name first, then those in which words begin so, the
            best known of them first.
        """
        words = plain(part).split()
        if not words:
            return []
        asked = _without_article(" ".join(words))
        together = asked.replace(" ", "")  # "spiderman" finds "Spider-Man"
        found = []
        for position, text in enumerate(self._texts):
            if all(word in text for word in words) or together in text.replace(" ", ""):
                is_other = asked not in self._short[position]
                is_inside = not all(f" {word}" in text for word in words)
                found.append((is_other, is_inside, -self._fame[position], position))
        return [position for *_, position in sorted(found)[:n]]


def _without_article(name):
    return re.sub(r"^(the|an?) (?=.)", "", name)


def _short_names(names):
    """Names as people type them: without the article, with the year or without."""
    bare = {_without_article(name) for name in names}
    return bare | {re.sub(r"(?<=.) \d{4}$", "", name) for name in bare}
