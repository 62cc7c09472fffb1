"""What holds for every test."""

import orchestration  # noqa: F401 - matrices on one thread, as in a run; libraries read that when they are first imported
