"""Who plans markets: leaders and the proprietor, who owns the business."""

from guanxi.organization.rules.roles import LEADERS, Role

PLANNERS = LEADERS | {Role.PROPRIETOR}
# Campaigns of the whole store; a supervisor runs those of the own team.
STORE_PLANNERS = frozenset({Role.MANAGER, Role.PROPRIETOR})
