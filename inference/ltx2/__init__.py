"""The model `ltx-2`: diffusers' LTX-2 pipelines behind `ports.Generate`. Weights and licences are the operator's."""
