# Two stages: what runs has no compiler, no pip cache, no tests' tools and no root. It writes to /data and /tmp only.
FROM python:3.11-slim-trixie AS build
WORKDIR /titus
COPY pyproject.toml requirements-run.lock README.md ./
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements-run.lock \
 && /venv/bin/pip install --no-cache-dir "hatchling>=1.27"
COPY titus_core titus_core
COPY titus_adapters titus_adapters
COPY titus_http titus_http
COPY migrations migrations
COPY docs/problems docs/problems
# Compiled here: a root that cannot be written to could not keep what the first start would compile.
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
 && /venv/bin/pip uninstall --yes hatchling pip \
 && python -m compileall -q --invalidation-mode unchecked-hash /venv

FROM python:3.11-slim-trixie
# pg_dump and pg_restore, for `titus backup` and `titus restore`: PostgreSQL servers up to their version.
# Not pinned: Debian keeps only the newest build of a package.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends postgresql-client \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --no-create-home titus \
 && install -d -o titus -g titus /data
COPY --from=build /venv /venv
USER 10001
WORKDIR /data
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 RAILWAY_VOLUME_MOUNT_PATH=/data PORT=3000
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s \
  CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/api/health/ready', timeout=2)"]
CMD ["titus", "serve", "--host", "0.0.0.0"]
