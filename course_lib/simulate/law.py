"""The numbers of the simulated world, in one place."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Law:
    """Everything that can be turned.

    ``simulate`` takes a changed one, so that a lesson can switch something off:
    ``dataclasses.replace(Law(), order=0.0)`` is a world in which the order of films means nothing. Where
    nothing else is said, a number is a standard deviation in stars.

    See Also
    --------
    opinions.opinion : the equation behind a rating.
    """

    n_members: int = 1500
    n_light_members: int = 150  # three to eight films each, beside the core
    first_day: str = "2017-01-01"
    n_years: int = 8
    # The opinion of a film, in stars
    center: float = 3.87  # where it lies for a middling member and film in the middle of the period
    trend: float = -0.20  # what is lost from the first day to the last
    taste: float = 0.70  # p · q of a member of strength 1
    star_liking: float = 0.84  # for the films of one leading actor
    film_bias: float = 0.545
    film_drift: float = 0.10  # from the middle of the period to its end
    member_bias: float = 0.665
    mood: float = 0.10  # shared by the ratings of one session
    noise: float = 1.018  # of each rating
    # From opinion to stars: distances from the middle are shortened
    middle: float = 3.3
    praise: float = 0.62  # times this above the middle
    blame: float = 0.80  # times this below the middle
    harsh_at: float = 2.2
    harsh: float = 1.08  # times this below harsh_at
    whole_stars_only: float = 0.40  # share of members who never give a half
    # Members
    least_strength: float = 0.70  # strength of taste is this ...
    more_strength: float = 1.05  # ... plus this times the square of a uniform number
    taste_drift: float = 0.2  # what each of the five parts of p gains until the end of the period
    strictness_of_the_busy: float = 0.25  # correlation of activity and strictness
    star_films: int = 4  # a liking for an actor with more core films is smaller
    median_ratings: int = 44
    fewest_ratings: int = 12
    most_ratings: int = 360
    one_day_only: float = 0.3  # share of members who come on a single day
    # What is shown: the sum of these is ranked
    shown_per_film: float = 4.2  # how many are shown for one that is taken
    fame_when_shown: float = 0.24
    newness_when_shown: float = 1.2
    luck_when_shown: float = 0.8
    # What is chosen: the sum of these is ranked
    taste_when_chosen: float = 0.9
    quality_when_chosen: float = 0.15
    luck_when_chosen: float = 0.7
    # In which order: what a film adds to the wish for the next one
    order: float = 1.0  # times all of the following
    same_director: float = 1.2
    same_series: float = 2.4
    same_star: float = 2.5
    unlike: float = 0.04  # taken away for each squared distance of factors
    sequel_without_first: float = -0.75
    sequel_after_first: float = 1.5
    disorder: float = 1.3  # how many places a rating comes early or late
    # How much of a film is watched, as a share
    watched_if_rated: float = 0.90
    watched_if_not_rated: float = 0.55
    watched_slope: float = 0.30  # for each star of opinion
    watched_luck: float = 0.18
    opened_per_rating: float = 0.25  # films opened and not rated
    # The tail of the catalogue
    tail_most: int = 15  # most ratings of a film
