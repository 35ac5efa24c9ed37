"""The closed vocabulary of problems: every rule, and what it means in one sentence.

The words of the stages are among them. `docs/problems.md` explains each; a test keeps table, page
and code alike.
"""

from collections.abc import Mapping

RULES: Mapping[str, str] = {
    "attribute-path": "A target attribute path does not parse.",
    "duplicate-key": "The same key is given twice, in one file or in two.",
    "duplicate-match": "Two users or two groups would be one live object.",
    "duplicate-member": "A group names the same member twice.",
    "empty-window": "`until` is before `from`.",
    "ended-ignore": "An entry of `ignores` has ended, and covers nothing any more; a warning.",
    "expression": "An expression does not parse.",
    "file-name": "The name of a file has invisible characters, or leads elsewhere.",
    "file-outside": "A link leads out of the desired state.",
    "file-unreadable": "A file or directory cannot be read.",
    "group-circle": "Groups are nested in a circle.",
    "literal-secret": "A secret stands in the file instead of the place to read it from.",
    "match-missing": "No matching attribute has a value for somebody.",
    "missing-key": "A key that is needed is missing.",
    "missing-reference": "A user, group, scope, mapping or profile that is named does not exist.",
    "no-match": "A mapping has no matching attribute, so no live object would ever be found.",
    "no-value": "An expression has no value for somebody.",
    "nobody-assigned": "A target for assigned users has no assignment (warning).",
    "refused-value": "The app would refuse a value: too long, or a character that it forbids.",
    "required-attribute": "An attribute that the app requires has no value for somebody.",
    "scope-operator": "A scope operator is unknown, or its value does not fit it.",
    "second-value": "A mapping fills a second value of what the app holds one of.",
    "target-url": "A target's URL is not https, or not a plain base URL.",
    "unknown-attribute": "A source or target attribute that nobody knows.",
    "unknown-key": "A key or section that nobody knows.",
    "unknown-role": "A sensitive role that no assignment gives, and that looks misspelt (warning).",
    "unmapped-attribute": "The app requires an attribute that is not mapped (warning).",
    "unsupported-action": "An action that the app does not support.",
    "wrong-key": "A key has spaces, slashes or invisible characters, or is too long.",
    "wrong-kind": "A mapping for users is used for groups, or the reverse.",
    "wrong-value": "A value has the wrong form.",
    "yaml-alias": "An alias leads nowhere, into itself, or repeats too much.",
    "yaml-character": "A control character stands in the file.",
    "yaml-depth": "Values are nested too deep.",
    "yaml-directive": "A `%YAML` or `%TAG` directive.",
    "yaml-documents": "A file holds more than one document.",
    "yaml-encoding": "A file is not UTF-8.",
    "yaml-key": "A key is empty, or is no plain text.",
    "yaml-merge": "A merge key (`<<`), which YAML 1.2 does not have.",
    "yaml-number": "A number loses its leading zeros or sign (warning), or is too long.",
    "yaml-problems": "A file has so many mistakes that the rest of it is not read.",
    "yaml-size": "A file is too large.",
    "yaml-syntax": "A file is not YAML.",
    "yaml-tag": "A tag (`!…`), which could change what a value is.",
}
