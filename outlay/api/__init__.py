"""The finance API: what the gates let through, read; what was spent, recorded. It computes nothing.

`outlay.api.app.create_app` makes the application, `outlay.api.server.serve` runs it.
"""
