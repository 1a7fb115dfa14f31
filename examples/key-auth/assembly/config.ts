import { isFieldValue, Json, lowerAscii, SecretMap } from "as-proxy-wasm-sdk";

/** `global_auth`: whether requests that match no rule need a key. */
enum GlobalAuth {
  /** They need a key unless there are rules. */
  Unset,
  No,
  Yes,
}

/** What all rules of a configuration share. */
class Rules {
  exist: bool = false;
}

export class KeyAuthConfig {
  /** The headers that may have the key, without duplicates. */
  headers: string[] = [];
  /** The parameters that may have the key, without duplicates. */
  parameters: string[] = [];
  inHeader: bool = false;
  inQuery: bool = false;
  keepsConsumerHeader: bool = false;
  /** The names of the consumers by their credentials. */
  consumers: SecretMap<string> = new SecretMap();
  globalAuth: GlobalAuth = GlobalAuth.Unset;
  rules: Rules = new Rules();
  /** The consumers that may send requests to the routes of a rule; null outside rules. */
  allow: Set<string> | null = null;

  get requiresKey(): bool {
    if (this.allow !== null) return true;
    return this.globalAuth == GlobalAuth.Unset ? !this.rules.exist : this.globalAuth == GlobalAuth.Yes;
  }

  allows(consumer: string): bool {
    const allow = this.allow;
    return allow === null || allow.has(consumer);
  }
}

export function parseGlobal(json: Json, config: KeyAuthConfig): Error | null {
  const globalAuth = json.get("global_auth");
  // As in the Go plugin, null is false.
  if (globalAuth.exists()) config.globalAuth = globalAuth.bool() ? GlobalAuth.Yes : GlobalAuth.No;
  config.keepsConsumerHeader = json.get("keep_consumer_header").bool();

  const keys = json.get("keys");
  if (!keys.exists()) return new Error("keys is required");
  const names = keys.array().map<string>((key) => key.string());
  if (names.length == 0 || names.includes("")) return new Error("keys cannot be empty");
  for (let i = 0; i < names.length; i++) {
    const header = lowerAscii(names[i]);
    if (!config.headers.includes(header)) config.headers.push(header);
    if (!config.parameters.includes(names[i])) config.parameters.push(names[i]);
  }

  const inQuery = json.get("in_query");
  const inHeader = json.get("in_header");
  if (!inQuery.exists() && !inHeader.exists()) return new Error("must one of in_query/in_header required");
  config.inQuery = inQuery.bool();
  config.inHeader = inHeader.bool();
  return parseConsumers(json.get("consumers"), config);
}

function parseConsumers(json: Json, config: KeyAuthConfig): Error | null {
  if (!json.exists()) return new Error("consumers is required");
  const consumers = json.array();
  if (consumers.length == 0) return new Error("consumers cannot be empty");
  for (let i = 0; i < consumers.length; i++) {
    const name = consumers[i].get("name").string();
    if (name == "") return new Error("consumer name is required");
    if (!isFieldValue(name)) return new Error("consumer name must not contain control characters");
    const credential = consumers[i].get("credential").string();
    if (credential == "") return new Error("consumer credential is required");
    if (!config.consumers.add(credential, name)) return new Error("duplicate consumer credential: that of " + name);
  }
  return null;
}

export function parseRule(json: Json, global: KeyAuthConfig, config: KeyAuthConfig): Error | null {
  // The SDK ignores an invalid global configuration if there are rules. Other routes would then be open.
  if (global.headers.length == 0) return new Error("the global configuration has no valid keys and consumers");
  const allow = json.get("allow");
  if (!allow.exists()) return new Error("allow is required");
  const names = allow.array();
  if (names.length == 0) return new Error("allow cannot be empty");
  const allowed = new Set<string>();
  for (let i = 0; i < names.length; i++) allowed.add(names[i].string());
  config.allow = allowed;
  // The global configuration has the same object.
  config.rules.exist = true;
  return null;
}
