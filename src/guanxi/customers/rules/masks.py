"""How private texts other than numbers are shown (promise P8)."""

MASK = "****"
# The fields of a card that lead to the person like a number does.
ACCOUNTS = ("wechat", "email")
ID_NUMBER = "id_no"


def mask_account(text: str) -> str:
    """``li****`` for a WeChat name: the first two characters."""
    return f"{text[:2]}{MASK}" if text else ""


def mask_email(text: str) -> str:
    """``l****@example.com``"""
    local, at, domain = text.partition("@")
    return f"{local[:1]}{MASK}{at}{domain}" if text else ""
