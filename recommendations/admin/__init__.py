"""The staff area, on Django's admin: one module per noun."""
