"""The addresses, and what each of them documents."""
