"""Why a model gives no answer."""


class ModelRefused(ValueError):
    """The data cannot carry the model. ``code`` names the reason for programs, the text tells it in plain English.

    Codes: ``not_finite``, ``not_a_history``, ``not_a_spend``, ``too_few_repeat_buyers``, ``identical``,
    ``spend_follows_frequency``, ``no_mean_spend``, ``not_a_rate``, ``unstable``.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
