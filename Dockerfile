# milepost as an image of one file: no shell, no package, nobody who is root.
# Health: milepost health, which docker-compose.yml calls with the settings.

FROM golang:1.26.8-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
COPY dev/czlib dev/czlib
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /milepost ./cmd/milepost
# A volume takes the owner of the folder that it is mounted on.
RUN mkdir -p /empty/state /empty/tmp && chmod 700 /empty/state

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build --chown=65532:65532 /empty/state /var/lib/milepost
COPY --from=build --chown=65532:65532 /empty/tmp /tmp
COPY --from=build /milepost /milepost
USER 65532:65532
WORKDIR /var/lib/milepost
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=6s --start-period=60s --retries=4 CMD ["/milepost", "health"]
ENTRYPOINT ["/milepost"]
CMD ["run"]
