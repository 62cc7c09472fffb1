"""The pages behind the report: return by week, every campaign, every vendor."""
