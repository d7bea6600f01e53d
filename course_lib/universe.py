"""Which members and films there are: what all parts of a split have in common."""

from course_lib.ids import Ids


class Universe:
    """Members, films and the scale that they are rated on; it never changes.

    Parameters
    ----------
    users, items : Ids
        The ids of members and films, with their positions.
    films : Films
        The film table, in the order of `items`.
    scale : tuple of float
        Lowest and highest rating, in stars.
    note : str
        What a reader has to know about the members, such as "simulated members".

    Attributes
    ----------
    user_ids : ndarray of shape (n_users,)
        int64 or str objects, ascending.
    item_ids : ndarray of shape (n_items,)
        int64 or str objects: the index of the film table, in its order, whether a film was rated or not.
    films, scale, note
        As given.
    """

    def __init__(self, users: Ids, items: Ids, films, scale, note):
        self.__dict__.update(_users_by_id=users, _items_by_id=items, user_ids=users.array, item_ids=items.array)
        self.__dict__.update(films=films, scale=scale, note=note)

    @property
    def n_users(self):
        """How many users there are, with and without ratings."""
        return len(self.user_ids)

    @property
    def n_items(self):
        """How many films there are, rated or not."""
        return len(self.item_ids)

    def user_index(self, ids):
        """Look up positions of users.

        Parameters
        ----------
        ids : id or array_like of ids

        Returns
        -------
        ndarray of int32, of the shape of `ids`
            -1 for an unknown id, of whatever type; of shape () for a single id.
        """
        return self._users_by_id.positions(ids)

    def item_index(self, ids):
        """Look up positions of films, as `user_index` does those of users.

        Parameters
        ----------
        ids : id or array_like of ids

        Returns
        -------
        ndarray of int32, of the shape of `ids`
        """
        return self._items_by_id.positions(ids)

    def __setattr__(self, name, value):
        raise AttributeError(
            f"{type(self).__name__} do not change: {name} cannot be set. Make new ones: rows(), from_frame()."
        )

    def _universe(self):
        names = {
            "users": "_users_by_id",
            "items": "_items_by_id",
            "films": "films",
            "scale": "scale",
            "note": "note",
        }
        return {name: self.__dict__[own] for name, own in names.items()}
