import { LogLevel, type LogLine } from "../host/index.js";

/** Warns, once for each name, of request headers that Envoy's router acts on and the Node gateway ignores. */
export class UnsupportedHeaders {
  private readonly warned = new Set<string>();

  constructor(private readonly log: (line: LogLine) => void) {}

  warn(name: string): void {
    if (this.warned.has(name)) return;
    this.warned.add(name);
    const message = `${name}: Envoy's router acts on this request header, the Node gateway only removes it`;
    this.log({ level: LogLevel.Warn, message, kind: "host" });
  }
}
