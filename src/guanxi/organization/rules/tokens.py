"""API tokens: only a digest of the secret is kept (attack AUTH-08)."""

import hashlib


def token_digest(secret: str) -> str:
    """SHA-256 of the secret in hex. A fast hash is enough: the secret has 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()
