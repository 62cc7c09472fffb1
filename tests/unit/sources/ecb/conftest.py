from tests.fakes.fixtures import fake, fake_process

__all__ = ["fake", "fake_process"]
