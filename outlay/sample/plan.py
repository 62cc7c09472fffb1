"""The company's plan: channels with their response curves, departments, ad platforms, and the campaigns on them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from outlay.sample.chance import Stream, generator


@dataclass(frozen=True)
class Channel:
    """A channel at scale 1: touches and euros of an ordinary day, and how an extra euro saturates.

    `half_ratio` is the half-saturation spend over the ordinary day's spend, `slope` the exponent of the Hill curve,
    `hazard` the chance that one touch causes a conversion. Channels without `daily_spend` have constant touches.
    """

    name: str
    label: str
    daily_touches: float
    daily_spend: float
    hazard: float
    half_ratio: float = 1.0
    slope: float = 1.0
    view_share: float = 0.0
    account: str = ""
    cost_per_mille: float = 6.0
    cost_per_click: float = 1.2


CHANNELS = (
    Channel("brand_search", "Brand search", 118, 150, 0.090, 0.6, 1.0, 0.0, "4600", 28.0, 0.7),
    Channel("nonbrand_search", "Non-brand search", 165, 420, 0.055, 1.1, 1.1, 0.0, "4600", 22.0, 1.6),
    Channel("shopping", "Shopping", 120, 310, 0.070, 1.0, 1.0, 0.0, "4600", 11.0, 0.8),
    Channel("display", "Display", 118, 190, 0.012, 1.6, 1.2, 0.75, "4620", 3.2, 1.1),
    Channel("video", "Video", 84, 210, 0.016, 1.4, 1.3, 0.70, "4620", 7.5, 2.2),
    Channel("paid_social", "Paid social", 210, 480, 0.036, 1.2, 1.1, 0.25, "4610", 8.0, 1.3),
    Channel("retargeting", "Retargeting", 76, 120, 0.050, 0.5, 1.0, 0.30, "4610", 5.5, 0.9),
    Channel("b2b_social", "B2B social", 44, 240, 0.034, 1.5, 1.0, 0.20, "4610", 38.0, 6.5),
    Channel("affiliates", "Affiliates", 50, 0, 0.080),
    Channel("email", "Email", 90, 0, 0.060),
    Channel("organic_search", "Organic search", 130, 0, 0.045),
    Channel("direct", "Direct", 98, 0, 0.020),
)
CHANNEL_INDEX = {channel.name: number for number, channel in enumerate(CHANNELS)}


@dataclass(frozen=True)
class Platform:
    """An ad platform: its accounts, what it bills in, and by how much it over-counts the conversions it claims."""

    name: str
    accounts: tuple[str, ...]
    currency: str
    vendor_id: str
    bias: float
    first_id: int
    id_step: int


PLATFORMS = (
    Platform("google_ads", ("412-884-9021", "731-550-1846"), "EUR", "V001", 1.25, 21_840_011_907, 7_919),
    Platform("meta_ads", ("1048826390417755",), "EUR", "V002", 1.80, 23_851_204_117_760_155, 104_729),
    Platform("linkedin_ads", ("508812745",), "USD", "V003", 1.35, 612_904_413, 613),
    Platform("tiktok_ads", ("7219043355821801473",), "EUR", "V004", 2.10, 1_790_338_120_451_073, 31_337),
    Platform("microsoft_ads", ("180442917",), "EUR", "V005", 1.15, 391_770_204, 467),
)
PLATFORM_INDEX = {platform.name: number for number, platform in enumerate(PLATFORMS)}
PLAN_RATES = {"EUR": 1.0, "USD": 1.09}  # what media planners reckon with; the bank's rates move

DEPARTMENTS = (  # id, name, parent
    ("D100", "Marketing", ""),
    ("D110", "Performance marketing", "D100"),
    ("D111", "Search and shopping", "D110"),
    ("D112", "Social and video", "D110"),
    ("D120", "Brand and design", "D100"),
    ("D130", "Business customers", "D100"),
    ("D140", "Customer relations", "D100"),
    ("D150", "Trade fairs and events", "D100"),
)

# platform, account number, channel, department, token of the naming rule, country_theme of each campaign
_SPECS = (
    ("google_ads", 0, "brand_search", "D111", "BRD", "DE_Core DE_Products AT_Core CH_Core UK_Core"),
    (
        "google_ads",
        0,
        "nonbrand_search",
        "D111",
        "NBS",
        "DE_Tents DE_Backpacks DE_Boots DE_Jackets DE_Stoves AT_Tents AT_Boots CH_Jackets UK_Backpacks",
    ),
    ("google_ads", 1, "shopping", "D111", "SHP", "DE_All DE_Bestsellers DE_Clearance AT_All CH_All UK_All"),
    ("google_ads", 1, "video", "D112", "VID", "DE_Film DE_Shorts AT_Film UK_Film"),
    ("google_ads", 1, "display", "D120", "DSP", "DE_Prospects AT_Prospects UK_Prospects"),
    (
        "meta_ads",
        0,
        "paid_social",
        "D112",
        "SOC",
        "DE_Lookalike DE_Interest DE_Video DE_Spring AT_Lookalike CH_Interest UK_Lookalike UK_Interest",
    ),
    ("meta_ads", 0, "retargeting", "D112", "RTG", "DE_Basket DE_Visitors AT_Basket UK_Basket"),
    (
        "linkedin_ads",
        0,
        "b2b_social",
        "D130",
        "B2B",
        "DE_Outfitters DE_Schools DE_Webinar AT_Outfitters UK_Clubs UK_Webinar",
    ),
    ("tiktok_ads", 0, "paid_social", "D112", "SOC", "DE_Creators DE_Challenge DE_Spark AT_Creators UK_Creators"),
    ("tiktok_ads", 0, "video", "D112", "VID", "DE_TopView UK_TopView"),
    ("microsoft_ads", 0, "brand_search", "D111", "BRD", "DE_Core-MS UK_Core-MS"),
    ("microsoft_ads", 0, "nonbrand_search", "D111", "NBS", "DE_Tents-MS DE_Boots-MS DE_Jackets-MS UK_Boots-MS"),
    ("microsoft_ads", 0, "display", "D130", "DSP", "DE_B2B-Audience"),
)
_FLIGHTED = ("Spring", "Webinar", "Film", "Shorts", "Prospects", "Challenge", "TopView", "Clearance", "Clubs", "Spark")
# A name that no naming rule knows: it must end in `unmapped`, not disappear.
SLOPPY_NAME = "Copy of test - do not delete"
SPEND_AFTER_END = "DE_DSP_Prospects"
# Campaigns whose daily budget is less than they serve: what is above it in a month is never credited, or at once.
UNCREDITED, CREDITED = "DE_SHP_Bestsellers", "UK_SHP_All"
FRUITLESS = "UK_SOC_Interest"  # nobody ever buys after it
END_OFFSET, OVERRUN_DAYS = 40, 9  # that campaign ends 40 days in, and serves nine days longer


@dataclass(frozen=True)
class Campaign:
    """One campaign. `share` is its part of the channel's spend, `quality` multiplies the hazard of its touches."""

    number: int
    campaign_id: str
    name: str
    platform: Platform
    account: str
    channel: str
    department_id: str
    share: float
    quality: float
    flighted: bool

    @property
    def country(self) -> str:
        return self.name[:2] if self.name != SLOPPY_NAME else "DE"


@dataclass(frozen=True)
class Plan:
    """Everything about the company that no day changes. Built by `make_plan`."""

    seed: int
    scale: float
    start: int
    campaigns: tuple[Campaign, ...]

    @cached_property
    def channel_of(self) -> NDArray[np.int64]:
        return np.array([CHANNEL_INDEX[campaign.channel] for campaign in self.campaigns])

    @cached_property
    def quality(self) -> NDArray[np.float64]:
        return np.array([campaign.quality for campaign in self.campaigns])

    def daily_budget(self, campaign: Campaign) -> int:
        """The daily budget in cents of the platform's currency, far above an ordinary day but for two campaigns."""
        spend = CHANNELS[CHANNEL_INDEX[campaign.channel]].daily_spend * campaign.share
        times = 0.8 if campaign.name in (UNCREDITED, CREDITED) else 2.6
        return 10 * self.cents(spend * float(self.plan_rate[campaign.number]) * times / 10)

    @cached_property
    def share(self) -> NDArray[np.float64]:
        return np.array([campaign.share for campaign in self.campaigns])

    @cached_property
    def plan_rate(self) -> NDArray[np.float64]:
        return np.array([PLAN_RATES[campaign.platform.currency] for campaign in self.campaigns])

    def of_platform(self, name: str) -> list[Campaign]:
        return [campaign for campaign in self.campaigns if campaign.platform.name == name]

    def cents(self, amount: float) -> int:
        """An amount at scale 1 in cents of this company's size."""
        return round(amount * 100 * self.scale)


def make_plan(seed: int, scale: float, start: int) -> Plan:
    """The plan of the company that begins its exports on ordinal day `start`."""
    rng = generator(seed, Stream.CAMPAIGNS, 0)
    drafts: list[tuple[str, int, str, str, str]] = []
    for platform_name, account, channel, department, token, themes in _SPECS:
        for theme in themes.split():
            country, _, rest = theme.partition("_")
            drafts.append((platform_name, account, channel, department, f"{country}_{token}_{rest}"))
        if (platform_name, channel) == ("meta_ads", "paid_social"):
            drafts.append((platform_name, account, channel, department, SLOPPY_NAME))
    weights = rng.lognormal(0.0, 0.5, len(drafts))
    weights[[draft[4] == SLOPPY_NAME for draft in drafts]] = 0.12
    weights[[draft[4] == "DE_DSP_B2B-Audience" for draft in drafts]] = 0.35
    qualities = np.clip(rng.lognormal(0.0, 0.25, len(drafts)), 0.5, 2.0)
    weights[[draft[4] == FRUITLESS for draft in drafts]] = 1.0
    qualities[[draft[4] == FRUITLESS for draft in drafts]] = 0.0
    totals: dict[str, float] = {}
    for draft, weight in zip(drafts, weights, strict=True):
        totals[draft[2]] = totals.get(draft[2], 0.0) + float(weight)
    counts: dict[str, int] = {}
    campaigns = []
    for number, (platform_name, account, channel, department, name) in enumerate(drafts):
        platform = PLATFORMS[PLATFORM_INDEX[platform_name]]
        position = counts.get(platform_name, 0)
        counts[platform_name] = position + 1
        campaigns.append(
            Campaign(
                number=number,
                campaign_id=str(platform.first_id + position * platform.id_step),
                name=name,
                platform=platform,
                account=platform.accounts[account],
                channel=channel,
                department_id=department,
                share=float(weights[number]) / totals[channel],
                quality=float(qualities[number]),
                flighted=name.rsplit("_", 1)[-1] in _FLIGHTED and name != SPEND_AFTER_END,
            )
        )
    return Plan(seed, scale, start, tuple(campaigns))
