"""A forge on loopback: the part of GitHub's REST API that our scripts call, and a bare repository.

Every call must bear a token, and the token must have the permission that GitHub asks for it: a
workflow whose `permissions:` are too narrow fails here as it would there.
"""

import json
import re
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

BOT = "github-actions[bot]"
REPOSITORY = "contoso/identity"


class Forge:
    """What the forge holds: issues, comments, pull requests, artifacts, runs, statuses."""

    def __init__(self):
        self.pulls, self.issues, self.comments = {}, {}, {}
        self.artifacts, self.runs, self.statuses = [], {}, []
        self.tokens, self.calls = {}, []
        self._last = 100

    def number(self):
        self._last += 1
        return self._last

    def token(self, permissions):
        """Return a token that may do what *permissions* say."""
        name = f"ghs_{self.number()}"
        self.tokens[name] = dict(permissions or {})
        return name

    def comment(self, number, body, author=BOT):
        found = {"id": self.number(), "user": {"login": author}, "body": body, "issue": number}
        self.comments[found["id"]] = found
        return found

    def bodies(self, number):
        return [item["body"] for item in self.comments.values() if item["issue"] == number]

    @contextmanager
    def serve(self):
        """Answer while the block runs."""
        handler = type("Handler", (_Handler,), {"forge": self})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        yield self
        server.shutdown()
        server.server_close()

    def answer(self, method, path, query, body):
        """Return status and JSON."""
        for verb, pattern, needs, function in ROUTES:
            found = re.fullmatch(pattern, path)
            if verb == method and found:
                return needs, partial(function, self, *found.groups(), query=query, body=body)
        return (), lambda: (404, {"message": "Not Found"})


def page(found, query):
    size, number = int(query.get("per_page", 30)), int(query.get("page", 1))
    return 200, found[(number - 1) * size : number * size]


def one(found):
    return (200, found) if found else (404, {"message": "Not Found"})


def get_pull(forge, number, **_):
    return one(forge.pulls.get(int(number)))


def list_comments(forge, number, query, **_):
    return page([item for item in forge.comments.values() if item["issue"] == int(number)], query)


def post_comment(forge, number, body, **_):
    if len(body["body"]) > 65536:
        return 422, {"message": "body is too long (maximum is 65536 characters)"}
    return 201, forge.comment(int(number), body["body"])


def patch_comment(forge, number, body, **_):
    if len(body["body"]) > 65536:
        return 422, {"message": "body is too long (maximum is 65536 characters)"}
    forge.comments[int(number)]["body"] = body["body"]
    return 200, forge.comments[int(number)]


def list_issues(forge, query, **_):
    wanted = query.get("labels")
    return page(
        [
            item
            for item in forge.issues.values()
            if item["state"] == query.get("state", "open") and wanted in item["labels"]
        ],
        query,
    )


def post_issue(forge, body, **_):
    number = forge.number()
    forge.issues[number] = {"number": number, "user": {"login": BOT}, "state": "open", **body}
    return 201, forge.issues[number]


def patch_issue(forge, number, body, **_):
    forge.issues[int(number)] |= body
    return 200, forge.issues[int(number)]


def list_pulls_of_commit(forge, sha, **_):
    return 200, [item for item in forge.pulls.values() if item["merge_commit_sha"] == sha]


def list_artifacts(forge, query, **_):
    found = [item for item in forge.artifacts if item["name"] == query["name"]]
    shown = ("name", "expired", "created_at", "workflow_run")
    return 200, {"artifacts": [{key: item[key] for key in shown} for item in found]}


def get_run(forge, number, **_):
    return one(forge.runs.get(int(number)))


def post_status(forge, sha, body, **_):
    assert len(body["description"]) <= 140
    forge.statuses.append({"sha": sha, **body})
    return 201, {}


ISSUES = ("issues", "pull-requests")
ROUTES = [
    ("GET", r"pulls/(\d+)", ("pull-requests:read",), get_pull),
    ("GET", r"issues/(\d+)/comments", tuple(f"{x}:read" for x in ISSUES), list_comments),
    ("POST", r"issues/(\d+)/comments", tuple(f"{x}:write" for x in ISSUES), post_comment),
    ("PATCH", r"issues/comments/(\d+)", tuple(f"{x}:write" for x in ISSUES), patch_comment),
    ("GET", r"issues", ("issues:read",), list_issues),
    ("POST", r"issues", ("issues:write",), post_issue),
    ("PATCH", r"issues/(\d+)", ("issues:write",), patch_issue),
    ("GET", r"commits/(\w+)/pulls", ("pull-requests:read",), list_pulls_of_commit),
    ("GET", r"actions/artifacts", ("actions:read",), list_artifacts),
    ("GET", r"actions/runs/(\d+)", ("actions:read",), get_run),
    ("POST", r"statuses/(\w+)", ("statuses:write",), post_status),
]
"""Method, path, the permissions one of which is needed, and what answers."""


class _Handler(BaseHTTPRequestHandler):
    forge: Forge

    def handle_call(self):
        url = urlsplit(self.path)
        prefix = f"/repos/{REPOSITORY}/"
        size = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(size) or "null")
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        path = url.path.removeprefix(prefix) if url.path.startswith(prefix) else "/nowhere"
        needs, answer = self.forge.answer(self.command, path, query, body)
        self.forge.calls.append(f"{self.command} {path}")
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        may = self.forge.tokens.get(token)
        if may is None:
            status, found = 401, {"message": "Bad credentials"}
        elif needs and not any(_allows(may, need) for need in needs):
            status, found = 403, {"message": f"Resource not accessible: needs {needs}"}
        else:
            status, found = answer()
        text = json.dumps(found).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    locals().update(dict.fromkeys(("do_GET", "do_POST", "do_PATCH"), handle_call))

    def log_message(self, *_):
        pass


def _allows(may, need):
    scope, _, level = need.partition(":")
    return may.get(scope) == "write" or may.get(scope) == level
