"""Sources that are asked over the network: connectors, and everything that connectors share."""
