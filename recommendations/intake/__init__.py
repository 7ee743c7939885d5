"""Reads reports, target dates and seed files into plain objects, with every problem found."""
