import { Json, Log } from "as-proxy-wasm-sdk";
import { RuleReader } from "./rule-reader";
import { Steps } from "./steps";

export class TransformerConfig {
  reroute: bool = true;
  request: Steps = new Steps();
  response: Steps = new Steps();
}

export function parseConfig(json: Json, config: TransformerConfig, log: Log): Error | null {
  const reroute = json.get("reroute");
  if (reroute.exists()) config.reroute = reroute.bool();
  const request = json.get("reqRules");
  const response = json.get("respRules");
  if (!request.exists() && !response.exists()) return new Error("transformer rule not exist in yaml");
  const reader = new RuleReader(true, log);
  config.request = reader.rules("reqRules", request.array());
  if (reader.error !== null) return reader.error;
  const responseReader = new RuleReader(false, log);
  config.response = responseReader.rules("respRules", response.array());
  return responseReader.error;
}
