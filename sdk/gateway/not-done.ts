import { LogLevel, type LogLine } from "../host/index.js";

/** Says of each header that a plugin sets, and that has an effect on Envoy and none here, once that it has none. */
export class NotDone {
  private readonly said = new Set<string>();

  constructor(private readonly log: (line: LogLine) => void) {}

  say(name: string): void {
    if (this.said.has(name)) return;
    this.said.add(name);
    const message = `${name}: Envoy's router acts on this request header, this gateway only takes it away`;
    this.log({ level: LogLevel.Warn, message, kind: "host" });
  }
}
