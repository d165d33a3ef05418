"""The error that ends the scoring of an archive."""


class ScoringFailed(ValueError):
    """Files cannot be scored, or rows not be written; the message says what was expected, what came, what to do."""
