"""What needs torch, onnx and diffusers: run by `make test-engines` in an environment of its own."""
