from tests.fakes.fixtures import fake, fake_process
from tests.unit.sources.books_asking import open_books

__all__ = ["fake", "fake_process", "open_books"]
