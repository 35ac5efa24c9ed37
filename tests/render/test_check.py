import json

from reconciler.model.inspection import Finding, Inspection, Verdict
from reconciler.render.check import dump_check, render_check

ENVOY = Inspection(
    "envoy",
    "https://app.envoy.com/scim/v2",
    "envoy",
    (
        Finding(Verdict.GOOD, "token", "accepted"),
        Finding(Verdict.NOTE, "PATCH", "not supported", "supported", "Set quirks: [no_patch]."),
    ),
)
BROKEN = Inspection(
    "slack", "https://slack.example", "slack", (Finding(Verdict.BAD, "users", "401\x1b"),)
)


def test_findings_stand_in_columns_with_the_next_step():
    assert render_check((ENVOY,)) == (
        "envoy  https://app.envoy.com/scim/v2  (profile envoy)\n"
        "  ✓ token  accepted\n"
        "  ! PATCH  not supported; the profile says supported\n"
        "           → Set quirks: [no_patch].\n"
        "\n"
        "Ready: plan and apply can use it.\n"
    )


def test_a_failure_is_named_at_the_end():
    text = render_check((ENVOY, BROKEN))
    assert "  ✗ users  401\\x1b\n" in text
    assert text.endswith("\nFailed: slack.\n")


def test_findings_as_json_say_whether_a_target_failed():
    targets = json.loads(dump_check((ENVOY, BROKEN)))["targets"]
    assert [item["failed"] for item in targets] == [False, True]
    assert targets[0]["findings"][1]["hint"] == "Set quirks: [no_patch]."
