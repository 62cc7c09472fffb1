"""LinkedIn ads: spend by campaign and day from adAnalytics, and the campaigns by name."""

from outlay.sources.ads import ENTITIES
from outlay.sources.linkedin_ads.connector import CREDENTIALS, OPTIONS, connect

__all__ = ["CREDENTIALS", "ENTITIES", "OPTIONS", "connect"]
