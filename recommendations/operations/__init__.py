"""Every write, a module per noun. Keyword-only: `by` is who does it, `at` the instant it is done."""
