import json

from reconciler.model.problem import Excerpt, Position, Problem
from reconciler.render.ci.annotations import annotate_problems
from reconciler.render.ci.sarif import dump_sarif
from reconciler.render.problems import dump_problems, render_problems

UNKNOWN = Problem(
    "unknown-attribute",
    "'jobTitel' is not an attribute of a user",
    Position("users/engineering.yaml", 9, 5),
    "Did you mean jobTitle?",
    excerpt=Excerpt("    jobTitel: Engineer", 4),
)
UNUSED = Problem(
    "unused-scope", "nobody uses 100 %\nof it", Position("scopes/a,b.yaml", 2), severity="warning"
)


def test_problems_show_the_line_the_caret_and_the_way_out():
    assert render_problems([UNKNOWN, UNUSED]) == (
        "scopes/a,b.yaml:2: warning[unused-scope]\n"
        "  nobody uses 100 %\\nof it\n"
        "\n"
        "users/engineering.yaml:9:5: error[unknown-attribute]\n"
        "  'jobTitel' is not an attribute of a user\n"
        "    |     jobTitel: Engineer\n"
        "    |     ^\n"
        "  → Did you mean jobTitle?\n"
        "\n"
        "1 error and 1 warning.\n"
    )


def test_no_problems_is_a_sentence_too():
    assert render_problems([]) == "No problems.\n"


def test_the_caret_still_points_after_hostile_characters():
    excerpt = Excerpt('x: "\x1b[0m" + oops', 12)
    text = render_problems([Problem("r", "m", Position("f.yaml", 1), excerpt=excerpt)])
    line, caret = (row for row in text.splitlines() if row.startswith("    |"))
    assert line[caret.index("^") :] == "oops"
    assert "\x1b" not in text


def test_a_long_line_is_cut_around_the_caret():
    excerpt = Excerpt("a" * 300 + "HERE" + "b" * 300, 300)
    text = render_problems([Problem("r", "m", Position("f.yaml", 1), excerpt=excerpt)])
    line, caret = (row for row in text.splitlines() if row.startswith("    |"))
    assert line[caret.index("^") :].startswith("HERE")
    assert len(line) <= 80


def test_problems_as_json_keep_their_parts_apart():
    (row,) = json.loads(dump_problems([UNKNOWN]))["problems"]
    assert row == {
        "rule": "unknown-attribute",
        "severity": "error",
        "message": "'jobTitel' is not an attribute of a user",
        "file": "users/engineering.yaml",
        "line": 9,
        "column": 5,
        "hint": "Did you mean jobTitle?",
    }


def test_annotations_put_errors_first_and_escape_what_could_be_a_command():
    assert annotate_problems([UNKNOWN, UNUSED], prefix="desired-state/") == (
        "::error file=desired-state/users/engineering.yaml,line=9,col=5,"
        "title=unknown-attribute::'jobTitel' is not an attribute of a user%0A"
        "Did you mean jobTitle?\n"
        "::warning file=desired-state/scopes/a%2Cb.yaml,line=2,title=unused-scope::"
        "nobody uses 100 %25\\nof it\n"
    )


def test_the_last_annotation_that_is_shown_counts_the_rest():
    lines = annotate_problems([UNKNOWN] * 14).splitlines()
    assert "(+4 more errors in the log)" in lines[9]
    assert sum("more errors" in line for line in lines) == 1


def test_sarif_lists_each_rule_once_and_every_result_points_at_it():
    document = json.loads(dump_sarif([UNKNOWN, UNUSED, UNKNOWN], tool="0.1.0", prefix="d/"))
    (run,) = document["runs"]
    assert document["version"] == "2.1.0"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [
        "unknown-attribute",
        "unused-scope",
    ]
    assert [(item["ruleIndex"], item["level"]) for item in run["results"]] == [
        (1, "warning"),
        (0, "error"),
        (0, "error"),
    ]
    assert run["results"][1]["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "d/users/engineering.yaml"},
        "region": {"startLine": 9, "startColumn": 5},
    }
