"""What our command lines share: how they are listed, what they print, how they end."""
