"""Numbers and papers as they are read: one reading each, which pages, files and the API lay out."""
