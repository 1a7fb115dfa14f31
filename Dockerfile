# One example's plugin as an image that Higress and Istio pull. Build the plugin first (npm run build).
#
#   docker build --build-arg PLUGIN=header-authorization -t registry.example.com/header-authorization:0.1.0 .
FROM scratch
ARG PLUGIN=mock-response
COPY examples/${PLUGIN}/build/plugin.wasm plugin.wasm
