from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reconciler.yamldoc import Inline, Remarked, read_yaml, write_yaml

texts = st.text(max_size=60) | st.text(
    alphabet=" \t\n:#-'\"\\[]{},&*!|>%@`=?~.0aé\u2028", max_size=12
)
keys = texts.filter(lambda key: key not in ("", "<<"))
numbers = st.integers(-(10**20), 10**20) | st.floats(-1e12, 1e12).map(lambda one: round(one, 3))
scalars = st.none() | st.booleans() | numbers | texts


def containers(inner):
    plain = st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4)
    return plain | plain.map(Inline) | st.builds(Remarked, inner, st.text(max_size=40))


values = st.recursive(scalars, containers, max_leaves=12)


def bare(value: Any) -> Any:
    """Return *value* without what only says how it is written."""
    match value:
        case Inline() | Remarked():
            return bare(value.value)
        case dict():
            return {key: bare(item) for key, item in value.items()}
        case list():
            return [bare(item) for item in value]
        case _:
            return value


def read(text, *, pure=False):
    document, problems = read_yaml(text.encode(), file="a.yaml", pure=pure)
    assert document is not None, (problems, text)
    assert problems == (), text
    return document.data


@given(st.dictionaries(keys, values, min_size=1, max_size=4), st.text(max_size=30))
@example({"a": Inline({"url": "https://app.example/scim?x=[1]"})}, "")
@example({"k" * 3000: {"- x": ["\n", "a\n b\n", "a\n\n", " a\nb", "...", "---"]}}, "a\rb\u2028c")
@example({"a": [[["b", []]], [{"c": {}}], Remarked({"d": 1}, "x\ny: z")]}, "")
def test_whatever_is_written_reads_back(data, header):
    text = write_yaml(data, header=header)

    assert read(text) == bare(data)
    assert read(text, pure=True) == bare(data)


def test_the_style_is_that_of_the_example():
    data = {
        "mappings": {
            "app-users": {
                "for": "user",
                "attributes": {
                    "userName": Inline({"expression": "[userPrincipalName]", "match": 1}),
                    'emails[type eq "work"].value': "[mail]",
                    "active": 'Switch([IsSoftDeleted], , "False", "True")',
                    "title": Remarked("[jobTitle]", "Asked for by HR."),
                    "x:y": 'Join("",\n  [a],\n  [b])',
                },
            },
            "app-groups": {"for": "group"},
        },
        "scopes": {
            "app": [
                {
                    "name": "US staff",
                    "all": [Inline({"attribute": "zip", "operator": "equals", "value": "02134"})],
                }
            ]
        },
    }
    assert write_yaml(data, header="yaml-language-server: $schema=x.json") == (
        """\
# yaml-language-server: $schema=x.json
mappings:
  app-users:
    for: user
    attributes:
      userName: {expression: "[userPrincipalName]", match: 1}
      emails[type eq "work"].value: "[mail]"
      active: 'Switch([IsSoftDeleted], , "False", "True")'
      # Asked for by HR.
      title: "[jobTitle]"
      x:y: |-
        Join("",
          [a],
          [b])

  app-groups:
    for: group
scopes:
  app:
    - name: US staff
      all:
        - {attribute: zip, operator: equals, value: "02134"}
"""
    )


def test_what_does_not_fit_on_a_line_takes_several():
    data = {"a": Inline({"b": "x" * 60, "c": ["y" * 60], "d": {"e": 1}})}

    assert write_yaml(data) == f"a:\n  b: {'x' * 60}\n  c: [{'y' * 60}]\n  d: {{e: 1}}\n"


def test_a_comment_cannot_end_itself():
    text = write_yaml({"a": Remarked(1, "one\rtwo\u2028three\x85four\u202e")})

    assert text.splitlines()[-1] == "a: 1"
    assert all(line.startswith("# ") for line in text.splitlines()[:-1])
    assert "\u202e" not in text


@pytest.mark.parametrize("key", ["", "<<"])
def test_a_key_that_no_file_may_have_is_refused(key):
    with pytest.raises(ValueError, match="cannot be a key"):
        write_yaml({"users": {key: 1}})
