# syntax=docker/dockerfile:1

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN node scripts/build.mjs && npm prune --omit=dev

FROM node:24-bookworm-slim
LABEL org.opencontainers.image.title="Telltale" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production \
    TELLTALE_HOST=0.0.0.0 \
    TELLTALE_DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/package.json /app/LICENSE /app/NOTICE ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8080 1883
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.TELLTALE_HTTP_PORT || 8080}/readyz`).then(answer => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# In exec form, so that SIGTERM reaches the server itself and it can drain.
# How V8 collects, as in scripts/start.mjs.
ENTRYPOINT ["node", "--max-semi-space-size=64", "--no-memory-reducer", "dist/src/cli/main.js"]
CMD ["serve"]
