# The bot in a container: docker build -t sharewire . && docker run -v sharewire:/data -e BOT_TOKEN=… sharewire
FROM python:3.12-slim AS build
WORKDIR /src
COPY . .
RUN python -m venv /opt/sharewire \
 && /opt/sharewire/bin/pip install --no-cache-dir --require-hashes -r requirements.lock \
 && /opt/sharewire/bin/pip install --no-cache-dir --no-deps .

FROM python:3.12-slim
RUN useradd --uid 10001 --no-create-home sharewire && mkdir /data && chown 10001:10001 /data
COPY --from=build /opt/sharewire /opt/sharewire
ENV PATH=/opt/sharewire/bin:$PATH BOT_DATA_DIR=/data PYTHONUNBUFFERED=1
USER 10001
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
CMD ["sharewire", "run"]
