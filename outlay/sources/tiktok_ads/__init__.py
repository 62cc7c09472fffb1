"""TikTok ads: spend by campaign and day from the integrated report, and the campaigns by name."""

from outlay.sources.ads import ENTITIES
from outlay.sources.tiktok_ads.connector import CREDENTIALS, OPTIONS, connect

__all__ = ["CREDENTIALS", "ENTITIES", "OPTIONS", "connect"]
