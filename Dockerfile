# One example's plugin as an image that Higress and Istio pull. First run `npm install && npm run build` in this folder.
# For a plugin of your own, see docs/guide.md, "Into a cluster".
#
#   docker build --build-arg PLUGIN=header-authorization -t registry.example.com/header-authorization:0.1.0 .
FROM scratch
ARG PLUGIN=mock-response
COPY examples/${PLUGIN}/build/plugin.wasm plugin.wasm
