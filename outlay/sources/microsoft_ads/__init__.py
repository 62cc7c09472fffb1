"""Microsoft Advertising: spend by campaign and day from submitted reports, and the campaigns by name."""

from outlay.sources.ads import ENTITIES
from outlay.sources.microsoft_ads.connector import CREDENTIALS, OPTIONS, connect

__all__ = ["CREDENTIALS", "ENTITIES", "OPTIONS", "connect"]
