"""A client library for accessing BiometrID, as Timbre speaks it"""

from .client import AuthenticatedClient, Client

__all__ = (
    "AuthenticatedClient",
    "Client",
)
