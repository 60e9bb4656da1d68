# A relay with the app that it serves. `docker build -t waxwing .`; settings: .env.example, more in docs/operate.md.

FROM node:22-bookworm-slim AS build
WORKDIR /build
ENV NEXT_TELEMETRY_DISABLED=1
COPY package.json package-lock.json .npmrc ./
RUN npm ci --include=dev --ignore-scripts --no-audit --no-fund
COPY . .
RUN node scripts/build.mjs && node scripts/pack-relay.mjs /packed

FROM node:22-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4444 DATA_DIR=/data
RUN install -d -o node -g node -m 700 /data
WORKDIR /waxwing
# Owned by root: what runs cannot change itself.
COPY --from=build /packed ./
RUN ln -s /waxwing/dist/relay/main.js /usr/local/bin/waxwing-relay
USER node
VOLUME /data
EXPOSE 4444
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=15s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--max-semi-space-size=1", "dist/relay/main.js"]
CMD ["serve"]
