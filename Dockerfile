# Two stages: the second has no compiler, no pip cache and no root.
FROM python:3.11-slim AS build
WORKDIR /titus
COPY pyproject.toml requirements.lock README.md ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY titus_core titus_core
COPY titus_adapters titus_adapters
COPY titus_http titus_http
COPY migrations migrations
COPY docs/problems docs/problems
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation . && /venv/bin/python -m compileall -q /venv

FROM python:3.11-slim
RUN useradd --uid 10001 --create-home titus && install -d -o titus /data
COPY --from=build /venv /venv
USER titus
ENV PATH=/venv/bin:$PATH RAILWAY_VOLUME_MOUNT_PATH=/data PORT=3000
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/api/health/ready', timeout=2)"]
CMD ["titus", "serve", "--host", "0.0.0.0"]
