"""The staff screens: one file per noun."""
