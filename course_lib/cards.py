"""Films as a row of cards, as on a service's page: drawn with HTML alone, no posters, nothing loaded from elsewhere."""

import html

from IPython.display import display

# A card's band is coloured by the film's first genre; the colours carry white text with a contrast above 4.5.
BANDS = {
    "Action": "#9C2F1F", "Adventure": "#7A4A00", "Animation": "#00687A", "Children": "#00687A", "Comedy": "#6B5B00",
    "Crime": "#4A3B5C", "Documentary": "#455A64", "Drama": "#1F4E79", "Fantasy": "#5B2A86", "Film-Noir": "#333333",
    "Horror": "#7A1030", "Musical": "#8A2A6B", "Mystery": "#3B4A6B", "Romance": "#A0295A", "Sci-Fi": "#005F73",
    "Thriller": "#5A3A2A", "War": "#4F5B2A", "Western": "#80461B",
}  # fmt: skip
PLAIN_BAND = "#455A64"
CARD = (
    "display:inline-block;vertical-align:top;width:148px;min-height:140px;margin:0 8px 8px 0;overflow:hidden;"
    "border:1px solid #888888;border-radius:6px;background-color:#1C1C1C;color:#F2F2F2;white-space:normal"
)
BAND = "padding:10px;color:#FFFFFF;font-weight:bold;min-height:48px;background-color:"
BODY = "padding:8px 10px;font-size:90%;color:#F2F2F2"


def row(films, heading, notes=None):
    """Show films side by side, in their order.

    Parameters
    ----------
    films : DataFrame
        One card a row: the column ``title``, and ``genres`` and ``directors`` where there are such.
    heading : str
        What the row is, as on a service's page ("Because you liked Arrival").
    notes : sequence of str, optional
        One line a film at the foot of its card: a score, or a reason.
    """
    notes = [""] * len(films) if notes is None else [str(note) for note in notes]
    entries = list(zip(films.to_dict("records"), notes, strict=True))
    cards = "".join(_card(film, note) for film, note in entries)
    text = [f"{heading}:"] + [
        f"  {place}. {film['title']}" + (f"  ({note})" if note else "")
        for place, (film, note) in enumerate(entries, start=1)
    ]
    page = f'<div><p style="font-weight:bold">{html.escape(heading)}</p><div>{cards}</div></div>'
    display({"text/html": page, "text/plain": "\n".join(text)}, raw=True)


def _card(film, note):
    genres, directors = _words(film.get("genres")), _words(film.get("directors"))
    band = BANDS.get(genres[0], PLAIN_BAND) if genres else PLAIN_BAND
    lines = [", ".join(genres), "by " + " & ".join(directors) if directors else "", note]
    body = "<br>".join(html.escape(line) for line in lines if line)
    return (
        f'<div style="{CARD}"><div style="{BAND}{band}">{html.escape(str(film["title"]))}</div>'
        f'<div style="{BODY}">{body}</div></div>'
    )


def _words(entry):
    """Return a list of words from a cell that holds a list, or nothing."""
    return [str(word) for word in entry] if isinstance(entry, list | tuple) else []
