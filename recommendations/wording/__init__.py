"""Sentences that more than one face says: dates, statuses, evidence, links, and changes in words."""
