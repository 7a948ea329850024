"""Training of `recut-1`: its world as layers, the codecs, the latents and the flow. Needs torch."""
