from tests.fakes.fixtures import fake, fake_process
from tests.unit.sources.ads_asking import open_ads
from tests.unit.sources.conformance.conftest import full_buckets

__all__ = ["fake", "fake_process", "full_buckets", "open_ads"]
