"""Passwords to be passed on and replaced."""

import secrets

# No l, o, 0, 1: the password is read out or copied by hand.
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


def new_temporary_password() -> str:
    """Three groups of five, about 75 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(3))
