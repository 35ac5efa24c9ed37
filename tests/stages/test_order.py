from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.path import parse_path
from reconciler.model.plan import Action, AttributeChange, Change
from reconciler.model.values import Kind, Ref
from reconciler.stages.order import order_changes

KEYS = ("ann", "ben", "cat", "dan")


def create(key, manager):
    attributes = (
        (AttributeChange(parse_path("manager"), None, Ref(Kind.USER, manager)),) if manager else ()
    )
    return Change(
        "app",
        Kind.USER,
        key,
        Action.CREATE,
        display=key,
        why="",
        attributes=(AttributeChange(parse_path("userName"), None, key), *attributes),
    )


@given(st.dictionaries(st.sampled_from(KEYS), st.sampled_from([*KEYS, None])))
def test_nothing_is_sent_before_what_it_refers_to(managers):
    changes = [create(key, boss if boss in managers else None) for key, boss in managers.items()]
    done = set()
    for wave in order_changes(changes):
        for change in wave:
            assert done.issuperset(change.references()), change.id
        done.update(Ref(change.kind, change.key) for change in wave)


@given(st.dictionaries(st.sampled_from(KEYS), st.sampled_from([*KEYS, None])), st.randoms())
def test_the_order_does_not_depend_on_the_order_given(managers, random):
    changes = [create(key, boss if boss in managers else None) for key, boss in managers.items()]
    shuffled = list(changes)
    random.shuffle(shuffled)
    assert order_changes(changes) == order_changes(shuffled)


@given(st.dictionaries(st.sampled_from(KEYS), st.sampled_from([*KEYS, None])))
def test_waves_are_those_that_looking_at_everybody_each_time_gives(managers):
    changes = [create(key, boss if boss in managers else None) for key, boss in managers.items()]

    assert [[change.id for change in wave] for wave in order_changes(changes)] == slowly(managers)


def slowly(managers):
    """Go through all who wait, wave by wave; where a circle keeps all back, the first goes."""
    waiting = {key: {boss} & managers.keys() for key, boss in sorted(managers.items())}
    waves, later = [], []
    while waiting:
        ready = [key for key, bosses in waiting.items() if not bosses & waiting.keys()]
        if not ready:
            ready = [next(iter(waiting))]
            later.append(f"app/user/{ready[0]}/references")
        waves.append([f"app/user/{key}" for key in ready])
        waiting = {key: bosses for key, bosses in waiting.items() if key not in ready}
    return [wave for wave in (*waves, later) if wave]


def test_a_long_chain_asks_each_change_once(monkeypatch):
    asked = []
    references = Change.references
    monkeypatch.setattr(Change, "references", lambda item: asked.append(item) or references(item))
    keys = [f"u{number:03}" for number in range(200)]
    pairs = zip(keys, [None, *keys], strict=False)

    waves = order_changes([create(key, boss) for key, boss in pairs])

    assert len(waves) == len(asked) == 200


def test_a_circle_loses_nothing():
    waves = order_changes([create("ann", "ben"), create("ben", "ann")])
    changes = [change for wave in waves for change in wave]
    assert [change.id for change in changes] == [
        "app/user/ann",
        "app/user/ben",
        "app/user/ann/references",
    ]
    assert changes[2].attributes[0].after == Ref(Kind.USER, "ben")
