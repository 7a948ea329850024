# A worker on a GPU. NVIDIA's TensorRT image brings CUDA and the full TensorRT, which the wheels of the same name do
# not hold. Pull it from NVIDIA's container catalogue under this tag first; another tag means other plans.
ARG TENSORRT_IMAGE=nvidia/tensorrt:26.09-py3
FROM ${TENSORRT_IMAGE}
WORKDIR /recut
COPY requirements/ requirements/
RUN python -m pip install --no-cache-dir -r requirements/base.txt
COPY . .
RUN python -m pip install --no-cache-dir --no-deps .
USER nobody
CMD ["recut", "worker"]
