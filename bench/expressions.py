"""Evaluate mapped attributes beside a loop by hand: `python bench/expressions.py 10000`.

Twenty attributes for each user, half of them functions. Both sides run in this process on one
core and must give the same values. *map* is the whole stage: types, matching attributes, doubles.
"""

import json
import re
import sys
import time
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime

from reconciler.desired.files import SourceFile
from reconciler.desired.load import load_desired
from reconciler.expr import compile_expression
from reconciler.gallery.load import load_gallery
from reconciler.model.directory import User
from reconciler.model.problem import Position
from reconciler.model.resource import Scoped
from reconciler.model.target import Standing
from reconciler.model.values import Kind
from reconciler.stages.map import map_attributes
from reconciler.values import Context

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
PLAIN = (
    "userPrincipalName",
    "givenName",
    "surname",
    "displayName",
    "mail",
    "department",
    "jobTitle",
    "employeeId",
    "country",
    "mobile",
)
DIGITS = re.compile(r"[()\s-]+")


def _ascii(text: str) -> str:
    split = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in split if not unicodedata.combining(letter))


FUNCTIONS: dict[str, Callable[[dict], object]] = {
    'Join(" ", [givenName], [surname])': lambda u: " ".join(
        filter(None, (u.get("givenName"), u.get("surname")))
    ),
    "ToLower([userPrincipalName])": lambda u: u["userPrincipalName"].lower(),
    'Switch([country], "Other", "US", "America", "DE", "Europe")': lambda u: {
        "US": "America",
        "DE": "Europe",
    }.get(u["country"], "Other"),
    'IIF([department] = "Sales", "Front", "Back")': lambda u: (
        "Front" if u["department"] == "Sales" else "Back"
    ),
    "Coalesce([mail], [userPrincipalName])": lambda u: u.get("mail") or u["userPrincipalName"],
    'Replace([mail], "@contoso.example", , , "", , )': lambda u: u["mail"].replace(
        "@contoso.example", ""
    ),
    r'Replace([mobile], , "[()\\s-]+", , "", , )': lambda u: DIGITS.sub("", u["mobile"]),
    "Append(Mid([givenName], 1, 3), Mid([surname], 1, 5))": lambda u: (
        u["givenName"][:3] + u["surname"][:5]
    ),
    'Switch([IsSoftDeleted], , "False", "True", "True", "False")': lambda u: (
        "False" if u["IsSoftDeleted"] else "True"
    ),
    'ToLower(Join("@", NormalizeDiacritics(StripSpaces(Join(".", [givenName], [surname]))), '
    '"contoso.example"))': lambda u: (
        _ascii(f"{u['givenName']}.{u['surname']}".replace(" ", "")) + "@contoso.example"
    ).lower(),
}


def main(users: int) -> None:
    """Print values per second of both sides, and the ratio."""
    people = [_person(number) for number in range(users)]
    compiled = [compile_expression(text) for text in (*(f"[{n}]" for n in PLAIN), *FUNCTIONS)]
    by_hand: list[Callable[[dict], object]] = [
        *((lambda u, n=n: u.get(n)) for n in PLAIN),
        *FUNCTIONS.values(),
    ]
    context = Context(NOW)
    ours, values = _timed(lambda: [[c.evaluate(p, context) for c in compiled] for p in people])
    raw, expected = _timed(lambda: [[run(p) for run in by_hand] for p in people])
    assert values == expected, "both sides must agree"
    stage, _ = _timed(lambda: _map(people))
    number = users * len(compiled)
    print(f"{users:,} users × {len(compiled)} attributes = {number:,} values, one core")
    for name, seconds in (("expressions", ours), ("map, the whole stage", stage), ("by hand", raw)):
        rate = number / seconds
        print(f"  {name:<22}{seconds:>8.2f} s {rate:>12,.0f} values/s {seconds / raw:>6.1f}x")


def _timed(run: Callable[[], object]) -> tuple[float, object]:
    start = time.perf_counter()
    result = run()
    return time.perf_counter() - start, result


def _map(people: list[dict]) -> int:
    """Give the same people to the stage, at a target that maps the same expressions."""
    texts = (*(f"[{name}]" for name in PLAIN), *FUNCTIONS)
    attributes = {f"part{number}": text for number, text in enumerate(texts)}
    document = {
        "mappings": {
            "bench": {
                "for": "user",
                "attributes": {
                    "userName": {"expression": "[userPrincipalName]", "match": 1},
                    **attributes,
                },
            }
        },
        "targets": {
            "bench": {
                "profile": "generic-scim",
                "url": "https://bench.example/scim/v2",
                "auth": {"bearer": {"env": "BENCH_SCIM_TOKEN"}},
                "scope": "all",
                "users": {"mapping": "bench", "attributes": {name: {} for name in attributes}},
            }
        },
    }
    source = SourceFile("bench.yaml", json.dumps(document).encode())
    desired, _ = load_desired([source], load_gallery())
    target = desired.targets["bench"]
    scoped = []
    for number, person in enumerate(people):
        user = User(f"user-{number}", person, Position("bench.yaml", 1))
        scoped.append(Scoped(Kind.USER, user.key, Standing.ACTIVE, "", person, user))
    wanted, problems = map_attributes(scoped, target, NOW)
    assert not problems, problems[:3]
    return len(wanted)


def _person(number: int) -> dict:
    return {
        "userPrincipalName": f"User{number}@contoso.example",
        "givenName": f"Zoë {number % 997}",
        "surname": f"Müller{number % 4999}",
        "displayName": f"Zoë Müller{number}",
        "mail": f"user{number}@contoso.example",
        "department": ("Sales", "Engineering")[number % 2],
        "jobTitle": f"Specialist {number % 7}",
        "employeeId": f"{number:07}",
        "country": ("US", "CA", "DE")[number % 3],
        "mobile": f"+1 (999) 888-{number % 10000:04}",
        "IsSoftDeleted": number % 10 == 0,
    }


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
