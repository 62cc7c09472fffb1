"""A server on loopback that stands in for every platform: their paging, their tokens, their ways of failing."""
