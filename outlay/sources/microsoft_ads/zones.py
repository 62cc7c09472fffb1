"""Time zones: Microsoft's words for them, and their IANA names."""

from __future__ import annotations

# The report's time zone -> the IANA name whose days it cuts. The first word of a zone is the one that is sent for it.
_ZONES = {
    "GreenwichMeanTimeDublinEdinburghLisbonLondon": "Europe/London",
    "AmsterdamBerlinBernRomeStockholmVienna": "Europe/Berlin",
    "BrusselsCopenhagenMadridParis": "Europe/Paris",
    "BelgradeBratislavaBudapestLjubljanaPrague": "Europe/Prague",
    "SarajevoSkopjeWarsawZagreb": "Europe/Warsaw",
    "AthensIslandanbulMinsk": "Europe/Athens",
    "HelsinkiKyivRigaSofiaTallinnVilnius": "Europe/Helsinki",
    "Bucharest": "Europe/Bucharest",
    "MoscowStPetersburgVolgograd": "Europe/Moscow",
    "Jerusalem": "Asia/Jerusalem",
    "AbuDhabiMuscat": "Asia/Dubai",
    "KuwaitRiyadh": "Asia/Riyadh",
    "HararePretoria": "Africa/Johannesburg",
    "Cairo": "Africa/Cairo",
    "ChennaiKolkataMumbaiNewDelhi": "Asia/Kolkata",
    "BangkokHanoiJakarta": "Asia/Bangkok",
    "BeijingChongqingHongKongUrumqi": "Asia/Shanghai",
    "KualaLumpurSingapore": "Asia/Singapore",
    "Taipei": "Asia/Taipei",
    "Seoul": "Asia/Seoul",
    "OsakaSapporoTokyo": "Asia/Tokyo",
    "Perth": "Australia/Perth",
    "Adelaide": "Australia/Adelaide",
    "Brisbane": "Australia/Brisbane",
    "CanberraMelbourneSydney": "Australia/Sydney",
    "AucklandWellington": "Pacific/Auckland",
    "Hawaii": "Pacific/Honolulu",
    "Alaska": "America/Anchorage",
    "PacificTimeUSCanadaTijuana": "America/Los_Angeles",
    "Arizona": "America/Phoenix",
    "MountainTimeUSCanada": "America/Denver",
    "CentralTimeUSCanada": "America/Chicago",
    "GuadalajaraMexicoCityMonterrey": "America/Mexico_City",
    "BogotaLimaQuito": "America/Bogota",
    "EasternTimeUSCanada": "America/New_York",
    "AtlanticTimeCanada": "America/Halifax",
    "Santiago": "America/Santiago",
    "NewFoundland": "America/St_Johns",
    "Brasilia": "America/Sao_Paulo",
    "BuenosAiresGeorgetown": "America/Argentina/Buenos_Aires",
    "Azores": "Atlantic/Azores",
}
_WORDS = {iana: word for word, iana in _ZONES.items()}


def iana_of(word: str) -> str:
    """The IANA name of Microsoft's word for a zone; the word itself where none is known."""
    return _ZONES.get(word, word)


def word_of(zone: str) -> str:
    """Microsoft's word for a zone that `iana_of` gave."""
    return _WORDS.get(zone, zone)
