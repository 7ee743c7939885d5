"""Reading what others wrote, into plain dataclasses with every problem found; no database."""
