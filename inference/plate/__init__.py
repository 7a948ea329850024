"""A picture or a video from elsewhere as the place of a clip: fitted, given depth and light, with actors before it."""
