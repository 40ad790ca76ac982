# The same steps as the README's: a virtual environment from the locked requirements, then `registry`.
FROM python:3.11-slim-bookworm AS builder
WORKDIR /srv/registry
RUN python -m venv .venv
COPY requirements.txt ./
RUN .venv/bin/python -m pip install --disable-pip-version-check --require-hashes --no-deps -r requirements.txt
COPY pyproject.toml README.md LICENSE alembic.ini ./
COPY app app
COPY migrations migrations
COPY templates templates
RUN .venv/bin/python -m pip install --disable-pip-version-check --no-deps --no-build-isolation -e . \
 && .venv/bin/python -m pip uninstall --yes hatchling editables packaging pathspec pluggy tomlkit trove-classifiers \
 && .venv/bin/python -m pip uninstall --yes pip setuptools \
 && .venv/bin/python -m compileall -q app .venv/lib

FROM python:3.11-slim-bookworm
RUN groupadd --gid 10001 registry && useradd --uid 10001 --gid registry --no-create-home --shell /usr/sbin/nologin registry \
 && install -d -o registry -g registry -m 0700 /data \
 && rm -rf /usr/local/lib/python3.11/site-packages/pip* /usr/local/lib/python3.11/site-packages/setuptools* \
    /usr/local/lib/python3.11/site-packages/wheel* /usr/local/lib/python3.11/ensurepip /usr/local/bin/pip* /usr/local/bin/wheel
COPY --from=builder /srv/registry /srv/registry
WORKDIR /srv/registry
USER registry
ENV PATH=/srv/registry/.venv/bin:$PATH REGISTRY_DATA_FOLDER=/data PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=6s --start-period=20s CMD ["registry", "doctor", "--url", "http://127.0.0.1:8000/healthz"]
ENTRYPOINT ["registry"]
CMD ["serve", "--host", "0.0.0.0"]
