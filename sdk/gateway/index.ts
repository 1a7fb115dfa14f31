/** A gateway on the Node host, with HTTP/1.1, HTTP/2 without TLS and TCP. It takes the same spec as a real Envoy. */
export { startGateway, type GatewayOptions, type RunningGateway } from "./gateway.js";
