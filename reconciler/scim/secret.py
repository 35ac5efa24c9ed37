"""A secret that does not show itself."""


class Secret:
    """A token. Its text is only given out by `reveal`, at the moment a request is built."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the secret itself."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"
