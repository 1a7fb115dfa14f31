/** A gateway on the Node host: real HTTP/1.1 in front and behind, configured by what a real Envoy takes here. */
export { startGateway, type GatewayOptions, type RunningGateway } from "./gateway.js";
