/** Finds, installs, configures and runs a real Envoy. */
export { bootstrap, type Bootstrap, type EcdsFile } from "./bootstrap.js";
export type { DynamicEnvoy } from "./dynamic/dynamic-envoy.js";
export type { EnvoyLogLine } from "./dynamic/log-lines.js";
export { startRestartingEnvoy, type RestartingOptions } from "./dynamic/restarting-envoy.js";
export { startDynamicEnvoy, type DynamicOptions } from "./dynamic/start.js";
export { describeEnvoy, ENVOY_VERSION, findEnvoy, venvScript } from "./find.js";
export type { FindOptions, FoundEnvoy, MissingEnvoy } from "./find.js";
export { installEnvoy, type InstallOptions } from "./install.js";
export { parseLog, type LogEntry } from "./log.js";
export { envoysFolder, installCommand, packageRoot } from "./root.js";
export { startEnvoy, type StartOptions } from "./run.js";
export type { RunningEnvoy } from "./running.js";
export type {
  ClusterSpec,
  DirectResponse,
  EnvoyFilterSpec,
  GatewaySpec,
  ListenerSpec,
  PluginConfiguration,
  PluginSpec,
  RetrySpec,
  RouteSpec,
  TcpListenerSpec,
} from "../spec/gateway-spec.js";
export { TRAPPED, wasmEvents, type WasmEvent } from "./wasm-trace.js";
