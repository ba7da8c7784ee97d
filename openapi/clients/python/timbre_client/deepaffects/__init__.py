"""A client library for accessing DeepAffects' speaker APIs, as Timbre speaks them"""

from .client import AuthenticatedClient, Client

__all__ = (
    "AuthenticatedClient",
    "Client",
)
