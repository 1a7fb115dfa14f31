import type { JsonObject } from "../spec/json.js";

/**
 * Writes the configuration of an Envoy with one plugin for people to read and change: Envoy listens on 127.0.0.1:10000 and
 * responds itself instead of an upstream. `bootstrap` makes the configurations that this package runs.
 *
 * @param plugin the name of the plugin, the path of its module as Envoy opens it, and its configuration
 * @example
 * writeFileSync("envoy.yaml", exampleYaml({ name: "auth", wasm: "build/plugin.wasm", configuration: {} }));
 */
export function exampleYaml({
  name,
  wasm,
  configuration,
}: {
  name: string;
  wasm: string;
  configuration: JsonObject;
}): string {
  const json = Object.keys(configuration).length === 0 ? undefined : asciiJson(configuration);
  return `# A plain Envoy with the plugin, listening on 127.0.0.1:10000. Run this command in the folder of the plugin:
#
#   envoy -c envoy.yaml
static_resources:
  listeners:
    - name: http
      address:
        socket_address: { address: 127.0.0.1, port_value: 10000 }
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: http
                route_config:
                  virtual_hosts:
                    - name: all
                      domains: ["*"]
                      routes:
                        # Responds instead of an upstream.
                        - match: { prefix: "/" }
                          name: default/app
                          direct_response: { status: 200, body: { inline_string: "hello from the app\\n" } }
                http_filters:
                  - name: ${quoted(name)}
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm
                      config:
                        name: ${quoted(name)}
                        vm_config:
                          runtime: envoy.wasm.runtime.v8
                          code: { local: { filename: ${quoted(wasm)} } }
${json === undefined ? "" : configurationLines(json)}                  - name: envoy.filters.http.router
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
`;
}

function configurationLines(json: string): string {
  return `                        configuration:
                          "@type": type.googleapis.com/google.protobuf.StringValue
                          value: ${quoted(json)}
`;
}

/** Envoy reads YAML 1.1, in which more characters than in JSON end a line or are forbidden. */
function asciiJson(value: JsonObject): string {
  const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value).replace(/[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g, escaped);
}

/** A text without quotes where YAML cannot read anything else: `n` would be a boolean. */
function quoted(text: string): string {
  const isPlain = /^[a-z][\w./-]*$/.test(text) && !/^(y|n|yes|no|on|off|true|false|null)$/.test(text);
  return isPlain ? text : `'${text.replaceAll("'", "''")}'`;
}
