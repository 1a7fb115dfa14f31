import { Json, lowerAscii } from "as-proxy-wasm-sdk";

export class LoggerConfig {
  request: bool = false;
  response: bool = false;
  /** In bytes. */
  maxBodySize: i32 = 0;
  /** Names in lower case. */
  hiddenHeaders: string[] = [];
  /** The status codes of the responses whose bodies are logged; "*" for all. */
  private statusCodes: string[] = [];

  logsBodyOf(statusCode: string): bool {
    return this.statusCodes.includes("*") || this.statusCodes.includes(statusCode);
  }

  /** @internal */
  read(json: Json): Error | null {
    this.request = json.get("request").bool();
    this.response = json.get("response").bool();
    const codes = json.get("responseStatusCodes");
    const texts = codes.isArray() ? codes.array().map<string>((code) => code.string()) : codes.string().split(",");
    this.statusCodes = texts.map<string>((code) => code.trim()).filter((code) => code != "");
    if (this.statusCodes.length == 0) this.statusCodes = ["*"];

    const fields = json.fields();
    this.maxBodySize = fields.i32("maxBodySize", 10240, 0, 1 << 20);
    this.hiddenHeaders = fields.has("hiddenHeaders")
      ? fields.strings("hiddenHeaders").map<string>((name) => lowerAscii(name))
      : ["authorization", "proxy-authorization", "cookie", "set-cookie"];
    return fields.error;
  }
}

export function parseConfig(json: Json, config: LoggerConfig): Error | null {
  return config.read(json);
}
