"""What the key-person map of a customer still lacks; the one place where opportunities ask it (R-KEY-02)."""


def missing_roles(customer_id: int) -> frozenset[str]:
    """The roles without a person: A for the approver, D for the decision maker."""
    return frozenset()
