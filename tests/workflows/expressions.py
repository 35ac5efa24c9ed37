"""The expressions of GitHub's workflows, as far as ours use them; anything else is an error."""

import json
import re

TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>\d+)|(?P<name>[A-Za-z_][\w-]*)"
    r"|(?P<sign>==|!=|&&|\|\||[!().,]))"
)
STATUS = {"always", "cancelled", "failure", "success"}


def interpolate(text, contexts, status=None):
    """Return *text* with every `${{ … }}` in it evaluated; one alone keeps its type."""
    if not isinstance(text, str):
        return text
    alone = re.fullmatch(r"\s*\$\{\{(.*)\}\}\s*", text, re.DOTALL)
    if alone and "}}" not in alone[1]:
        return evaluate(alone[1], contexts, status)
    return re.sub(
        r"\$\{\{(.*?)\}\}",
        lambda found: as_text(evaluate(found[1], contexts, status)),
        text,
        flags=re.DOTALL,
    )


def holds(condition, contexts, status):
    """Tell whether an `if:` holds; without a function of status it also asks for success."""
    text = str(condition if condition is not None else "success()")
    text = re.sub(r"^\s*\$\{\{|\}\}\s*$", "", text)
    asks = {found["name"] for found in _tokens(text) if found["name"]} & STATUS
    return bool(evaluate(text, contexts, status)) and (bool(asks) or status["success"])


def evaluate(text, contexts, status=None):
    """Return the value of one expression."""
    reader = _Reader(list(_tokens(text)), contexts, status or {})
    value = reader.either()
    assert reader.at == len(reader.tokens), f"not understood: {text}"
    return value


def as_text(value):
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _tokens(text):
    at = 0
    while text[at:].strip():
        found = TOKEN.match(text, at)
        assert found, f"not understood: {text[at:]}"
        at = found.end()
        yield found


class _Reader:
    def __init__(self, tokens, contexts, status):
        self.tokens, self.contexts, self.status, self.at = tokens, contexts, status, 0

    def sign(self, *wanted):
        found = self.tokens[self.at]["sign"] if self.at < len(self.tokens) else None
        if found in wanted:
            self.at += 1
            return found
        return None

    def either(self):
        value = self.both()
        while self.sign("||"):
            other = self.both()
            value = value or other
        return value

    def both(self):
        value = self.equal()
        while self.sign("&&"):
            other = self.equal()
            value = value and other
        return value

    def equal(self):
        value = self.single()
        while sign := self.sign("==", "!="):
            same = as_text(value).casefold() == as_text(self.single()).casefold()
            value = same if sign == "==" else not same
        return value

    def single(self):
        if self.sign("!"):
            return not self.single()
        if self.sign("("):
            value = self.either()
            assert self.sign(")")
            return value
        token = self.tokens[self.at]
        self.at += 1
        if token["text"]:
            return token["text"][1:-1].replace("''", "'")
        if token["number"]:
            return int(token["number"])
        if self.sign("("):
            return self.call(token["name"])
        return self.look_up(token["name"])

    def look_up(self, name):
        assert name in self.contexts, f"no context {name}"
        value = self.contexts[name]
        while self.sign("."):
            value = (value or {}).get(self.tokens[self.at]["name"])
            self.at += 1
        return value

    def call(self, name):
        arguments = []
        while not self.sign(")"):
            arguments.append(self.either())
            self.sign(",")
        if name in STATUS:
            return name == "always" or self.status.get(name, False)
        assert name == "fromJSON", f"no function {name}"
        return json.loads(arguments[0])
