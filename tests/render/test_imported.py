import json

from reconciler.model.imported import Imported, Remark, Verdict
from reconciler.render.imported import dump_imported, render_imported

COUNTS = dict.fromkeys(
    [
        *("targets", "mappings", "mapped_attributes", "scopes", "filters", "clauses"),
        "declared_attributes",
    ],
    1,
)
FOUND = Imported(
    ("app",),
    "acme",
    "it was asked for",
    {"targets/app.yaml": "targets: {}\n"},
    COUNTS,
    (
        Remark(Verdict.UNUSED, "/a", "left out"),
        Remark(Verdict.LOST, "/b/0", "lost \x1b[31m\u202e", "Mend it."),
        Remark(Verdict.DECIDE, "", "decide"),
    ),
)


def test_what_is_lost_stands_first_and_nothing_steers_the_terminal():
    assert render_imported(FOUND, "state") == (
        """\
profile acme: it was asked for
  + state/targets/app.yaml
  1 target, 1 mapping, 1 mapped attribute, 1 scope, 1 filter, 1 clause, 1 declared attribute

Cannot be expressed here, and is not in the YAML (1)
  · lost \\x1b[31m\\u202e
    → Mend it.
    /b/0

Needs your decision (1)
  · decide

Has no meaning here, and is left out (1)
  · left out
    /a

Next: add users and groups, then `reconciler validate`; docs/moving-from-entra.md
"""
    )


def test_the_json_has_everything():
    found = json.loads(dump_imported(FOUND, "state"))

    assert found["written"] == ["state/targets/app.yaml"]
    assert [item["verdict"] for item in found["findings"]] == ["unused", "lost", "decide"]
    assert (found["profile"], found["because"], found["counts"]) == (
        "acme",
        "it was asked for",
        COUNTS,
    )
