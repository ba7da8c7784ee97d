"""A client library for accessing Azure Speaker Recognition, as Timbre speaks it"""

from .client import AuthenticatedClient, Client

__all__ = (
    "AuthenticatedClient",
    "Client",
)
