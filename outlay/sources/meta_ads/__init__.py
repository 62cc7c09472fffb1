"""Meta ads (Facebook, Instagram): spend by campaign and day from the Insights edge, and the campaigns by name."""

from outlay.sources.ads import ENTITIES
from outlay.sources.meta_ads.connector import CREDENTIALS, OPTIONS, connect

__all__ = ["CREDENTIALS", "ENTITIES", "OPTIONS", "connect"]
