"""How far each role reads and writes registers (handbook 21.1): as its customers, and the front desk the store's."""

from guanxi.organization.rules.roles import READ, WRITE, Reach, Role

READ_REGISTERS = READ | {Role.FRONT_DESK: Reach.STORE}
WRITE_REGISTERS = WRITE | {Role.FRONT_DESK: Reach.STORE}
# Totals of the store without its rows.
SEE_STATISTICS = frozenset({
    Role.FRONT_DESK, Role.SUPERVISOR, Role.MANAGER, Role.PROPRIETOR, Role.AUDITOR,
})  # fmt: skip
LOCKERS = frozenset({Role.FRONT_DESK, Role.MANAGER})
