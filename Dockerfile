# Two images from one file:
#
#   docker build --target relay -t wherefrom-relay .    the relay alone: Node and one folder
#   docker build --target demo -t wherefrom-demo .      `npm start`: everything on one machine
#
#   docker run --network host -v /etc/wherefrom:/etc/wherefrom:ro -v wherefrom:/var/lib/wherefrom \
#     wherefrom-relay
#   docker run --rm -it --network host wherefrom-demo
#
# The network of the host, because a gateway is known by the source address of its packets, and a
# published port may show the address of Docker instead; the demo listens on loopback only.
# Neither runs as root. The relay's configuration and secrets must be readable by user 1000, with
# "dataDir": "/var/lib/wherefrom".

FROM node:24-bookworm-slim AS source
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
COPY bin/run.mjs bin/
RUN node bin/run.mjs install production
COPY . .

FROM source AS bundle
RUN npm run --silent package:relay -- /out \
  && mv "/out/wherefrom-relay-$(node -p 'require("./package.json").version')" /relay

FROM node:24-bookworm-slim AS relay
COPY --from=bundle /relay /usr/lib/wherefrom
RUN ln -s /usr/lib/wherefrom/wherefrom-relay /usr/bin/wherefrom-relay \
  && install -d -o 1000 -g 1000 -m 700 /var/lib/wherefrom /run/wherefrom
USER 1000:1000
VOLUME /var/lib/wherefrom
EXPOSE 1813/udp 2083/tcp 9464/tcp
# No HEALTHCHECK: whatever restarts a relay because the cloud is away makes things worse. With
# `metrics` in the configuration, ask /livez and /readyz.
ENTRYPOINT ["node", "/usr/lib/wherefrom/relay.cjs"]
CMD ["run", "--config", "/etc/wherefrom/relay.json"]

FROM source AS demo
RUN install -d -o 1000 -g 1000 .cache
USER 1000:1000
ENTRYPOINT ["node", "bin/run.mjs", "tsx", "bin/local.ts"]
