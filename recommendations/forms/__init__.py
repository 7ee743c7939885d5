"""Forms that the admin and the pages share; their rules are those of the operations."""
