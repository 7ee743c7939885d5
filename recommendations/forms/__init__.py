"""What people are asked when they write, whichever face asks; the rules are those of the operations."""
