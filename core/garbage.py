"""Python's collector of cycles, for processes that make many objects and hardly any cycle."""

import gc

_NEW_OBJECTS = 50_000
_COLLECTIONS = 20


def collect_seldom() -> None:
    """Look for cycles seldom, and never among what there is now. Call once all is made.

    Records come and go in thousands and leave no cycles: looking for some again and again takes a
    third of an import's time.
    """
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, _COLLECTIONS, _COLLECTIONS)
