"""Who is who: wanted and live objects brought together."""

from dataclasses import dataclass

from reconciler.model.remarks import Conflict, Unmanaged
from reconciler.model.resource import Link, Live, Wanted
from reconciler.model.values import Kind, Ref


@dataclass(frozen=True, slots=True)
class Pair:
    """A wanted object and its live one.

    *linked* false: it is not ours yet, and a change adopts it. *settled* false: a group whose
    membership has not been made exact since it was adopted. *how* says what brought them together.
    """

    wanted: Wanted
    live: Live
    linked: bool
    how: str
    settled: bool = True


@dataclass(frozen=True, slots=True)
class Leaver:
    """A live object that is ours and that nobody in the desired state is any more.

    *is_named*: the base or what was last applied gives it.
    """

    kind: Kind
    key: str
    live: Live
    how: str
    is_named: bool = False


@dataclass(frozen=True, slots=True)
class Pairing:
    """The result of matching one target.

    *missing* should exist and do not; *absent* should not and do not. *unrecorded* are links that
    hold but that the ledger does not know. *untouchable* are ids of the app's own objects.
    """

    pairs: tuple[Pair, ...] = ()
    missing: tuple[Wanted, ...] = ()
    absent: tuple[Wanted, ...] = ()
    leavers: tuple[Leaver, ...] = ()
    unmanaged: tuple[Unmanaged, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    unrecorded: tuple[Link, ...] = ()
    untouchable: tuple[str, ...] = ()

    def ids(self) -> dict[Ref, str]:
        """Return the live id of every paired object."""
        return {pair.wanted.ref: pair.live.id for pair in self.pairs}
