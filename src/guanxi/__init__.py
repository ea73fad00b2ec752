"""Guanxi (关系): runs a customer-management method."""

__version__ = "0.1.0"
