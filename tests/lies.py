"""Ways in which real servers lie about their lists, each a WSGI middleware before an honest one.

What is asked by filter or by id is answered truthfully, so the lie is in the list alone.
"""

import json
from urllib.parse import parse_qs, urlencode

MADE_UP = {"id": "made-up", "userName": "scim-user", "displayName": "SCIM user", "active": True}


def cut(most):
    """Show and count the first *most* only, whatever page is asked for."""

    def ask(query):
        room = most - query["startIndex"] + 1
        return {**query, "count": max(0, min(query["count"], room))}

    return of_lists(ask, lambda body, _: {**body, "totalResults": min(body["totalResults"], most)})


def total_of_the_page(size):
    """Give at most *size* a page, and the length of the page as the total."""
    return of_lists(
        lambda query: {**query, "count": min(query["count"], size)},
        lambda body, _: {**body, "totalResults": len(body["Resources"])},
    )


def first_page_for_ever(size):
    """Ignore startIndex, and call the first page everything."""
    return of_lists(
        lambda query: {**query, "startIndex": 1, "count": min(query["count"], size)},
        lambda body, _: {**body, "totalResults": len(body["Resources"])},
    )


def rows_lost_on_later_pages(body, query):
    """Leave two rows out of every page but the first."""
    return body if query["startIndex"] == 1 else {**body, "Resources": body["Resources"][2:]}


def a_row_twice(body, query):
    """Show the first row of a later page in place of its second, as unstable orders do."""
    rows = body["Resources"]
    return (
        body if query["startIndex"] == 1 else {**body, "Resources": rows[:1] + rows[:1] + rows[2:]}
    )


def no_total(body, _):
    """Leave totalResults out."""
    return {key: value for key, value in body.items() if key != "totalResults"}


def moving_total(body, query):
    """Count one less on every later page."""
    return {**body, "totalResults": body["totalResults"] - (query["startIndex"] > 1)}


def nobody(body, _):
    """Say that nobody is there."""
    return {**body, "totalResults": 0, "Resources": []}


def nobody_but_a_total(body, _):
    """Show nobody, with a total that tells otherwise."""
    return {**body, "Resources": []}


def one_made_up(body, _):
    """Show one made-up account in place of everybody, on every page."""
    return {**body, "totalResults": 1, "Resources": [MADE_UP]}


def one_made_up_once(body, query):
    """Show it on the first page only."""
    rows = [MADE_UP] if query["startIndex"] == 1 else []
    return {**body, "totalResults": 1, "Resources": rows}


def of_lists(ask=lambda query: query, answer=lambda body, _: body, path="/Users"):
    """Return the middleware that changes the question, or the answer, of lists without filter."""

    def lie(app):
        def lying(environ, start_response):
            raw = {key: values[0] for key, values in parse_qs(environ["QUERY_STRING"]).items()}
            lists = environ["REQUEST_METHOD"] == "GET" and environ["PATH_INFO"].endswith(path)
            if not lists or "filter" in raw:
                return app(environ, start_response)
            query = {**raw, "startIndex": int(raw["startIndex"]), "count": int(raw["count"])}
            asked = {**environ, "QUERY_STRING": urlencode(ask(query))}
            body = json.loads(b"".join(app(asked, lambda *_: None)))
            content = json.dumps(answer({"Resources": [], **body}, query)).encode()
            start_response("200 OK", [("Content-Type", "application/scim+json")])
            return [content]

        return lying

    return lie
