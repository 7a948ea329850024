"""What an outsider computes from the exported files, beside what the read models answer."""
