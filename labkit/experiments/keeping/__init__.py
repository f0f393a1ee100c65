"""What several processes need that keep their finished runs in one file."""
