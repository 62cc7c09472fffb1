"""The shapes of requests and answers: what OpenAPI documents, what the typed client returns. Needs pydantic only."""
