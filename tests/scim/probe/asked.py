"""Servers to probe, in process: the embedded one with its quirks, and one that can lie."""

import json
from contextlib import contextmanager
from urllib.parse import parse_qs

from reconciler.model.service import Service
from reconciler.sandbox import open_sandbox
from reconciler.scim.http.transport import open_transport
from reconciler.scim.probe.asking import Reader
from reconciler.scim.probe.run import read_facts
from tests.patience import patience

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"

NOTHING = Service()


def person(number):
    return {
        "schemas": [USER],
        "id": f"u{number:03}",
        "userName": f"u{number:03}@contoso.example",
        "externalId": f"key-{number}",
        "name": {"familyName": "Name"},
        "emails": [{"type": "work", "value": f"u{number:03}@contoso.example"}],
        "active": True,
    }


def crew(*ids):
    members = [{"value": item} for item in ids]
    return {"schemas": [GROUP], "id": "g1", "displayName": "Crew", "members": members}


@contextmanager
def way_to(app, headers=()):
    """Open the way to a WSGI application, with these headers in every request."""
    opened = open_transport(
        "http://app.localhost/scim",
        credentials=None,
        service=Service(retries=0, headers=dict(headers)),
        patience=patience(),
        app=app,
    )
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def sandbox_with(resources, **manners):
    """Open an embedded server that holds *resources*."""
    with open_sandbox(None, target="app", **manners) as sandbox:
        sandbox.load(resources)
        yield sandbox


def facts_of(app, known=NOTHING):
    """Return what reading tells of *app*, by subject and name, and the methods that were sent."""
    with way_to(app) as way:
        facts = tuple(read_facts(Reader(way), None, known))
        return {f"{fact.subject} {fact.name}": fact for fact in facts}, set(way.sent)


class Odd:
    """Sixty users and no groups, listed by rules that a test bends.

    *shown*: rows and total for the parameters of a list. *found*: the ids that a filter gives.
    """

    def __init__(self, shown=None, found=None, count=60):
        self.people = [person(number) for number in range(count)]
        self.shown = shown or self._page
        self.found = found or self._matches

    def __call__(self, environ, start_response):
        asked = {key: values[0] for key, values in parse_qs(environ["QUERY_STRING"]).items()}
        path = environ["PATH_INFO"].removeprefix("/scim/")
        status, body = self._answer(path, asked)
        start_response(status, [("Content-Type", "application/json")])
        return [json.dumps(body).encode()]

    def _answer(self, path, asked):
        if path.startswith("Users/"):
            return "200 OK", next(one for one in self.people if path.endswith(one["id"]))
        if path != "Users":
            return "404 Not Found", {"detail": "no such place"}
        try:
            rows, total = self.found(asked["filter"]) if "filter" in asked else self.shown(**asked)
        except ValueError as error:
            return "400 Bad Request", {"detail": str(error)}
        return "200 OK", {"Resources": rows, "totalResults": total}

    def _page(self, count="1000", **asked):
        first = int(asked.get("startIndex", 1)) - 1
        return self.people[first : first + int(count)], len(self.people)

    def _matches(self, wanted):
        name, _, value = wanted.partition(" eq ")
        rows = [one for one in self.people if f'"{one.get(name)}"' == value]
        return rows, len(rows)
