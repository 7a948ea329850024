# One process kind per image: here a worker on the CPU. Build from the repository root.
FROM python:3.11-slim
WORKDIR /recut
COPY requirements/ requirements/
RUN python -m pip install --no-cache-dir -r requirements/base.txt
COPY . .
RUN python -m pip install --no-cache-dir --no-deps .
USER nobody
CMD ["recut", "worker"]
