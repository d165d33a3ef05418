"""What the server does beside drawing pages, and says of itself to those who run it."""
