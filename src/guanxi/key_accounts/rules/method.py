"""The six steps of key-person analysis (handbook 9.1): how far the map has come in each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from guanxi.key_accounts.rules.support import MET, Marked

STEPS = ("CHART", "AUTHORITY", "STYLE", "ATTITUDE", "CONTACT", "INFLUENCE")


@dataclass(frozen=True)
class MethodStep:
    """``number`` 1–6; of ``total`` people the step is done for ``done``."""

    number: int
    code: str
    done: int
    total: int

    @property
    def is_done(self) -> bool:
        """For everybody but one at most: a single box that nobody can place does not hold the work up."""
        return self.done >= max(self.total - 1, 1)


def method_steps(
    people: Sequence[Marked], styled: Iterable[int], in_chart: Iterable[int], in_lines: Iterable[int]
) -> list[MethodStep]:
    """The steps in order. The people of the last three need not all be met or linked, so they count who is."""
    everybody = {one.key for one in people}
    done = {
        "CHART": everybody & set(in_chart),
        "AUTHORITY": {one.key for one in people if one.role},
        "STYLE": everybody & set(styled),
        "ATTITUDE": {one.key for one in people if one.attitude},
        "CONTACT": {one.key for one in people if one.contact in MET},
        "INFLUENCE": everybody & set(in_lines),
    }
    return [MethodStep(place, code, len(done[code]), len(everybody)) for place, code in enumerate(STEPS, 1)]


def step_now(steps: Sequence[MethodStep]) -> MethodStep:
    """The first step that is not done, the last when all are; its number is ``keyperson_step``."""
    return next((step for step in steps if not step.is_done), steps[-1])
