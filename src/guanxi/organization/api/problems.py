"""What the API answers instead of carrying something out: one shape for every refusal."""

from typing import Any


class Problem(Exception):
    """An answer of 4xx. ``code`` is for programs, ``message`` for people, ``field`` names the input meant."""

    def __init__(self, status: int, code: str, message: Any, field: str = "", **more: Any):
        self.status, self.code, self.message, self.field, self.more = status, code, message, field, more
        super().__init__(code)


class Forbidden(Problem):
    """The caller's roles do not carry this right, whatever the row."""

    def __init__(self, message: Any):
        super().__init__(403, "forbidden", message)
