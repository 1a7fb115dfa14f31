import type { Socket } from "node:net";
import type { RequestLine } from "../spec/request-line.js";
import type { ConnectionInfo, Services } from "../host/index.js";
import type { HttpSettings } from "./http-settings.js";
import { Listener, type OpenConnection } from "./listener.js";
import { UnsupportedHeaders } from "./unsupported-headers.js";

/** A listener for HTTP, with plugins and routes. */
export class HttpListener extends Listener<HttpSettings> {
  readonly unsupportedHeaders: UnsupportedHeaders;

  constructor(
    name: string,
    settings: HttpSettings,
    services: Services,
    /** Called with the facts about each finished request. */
    readonly onRequest: ((line: RequestLine) => void) | undefined,
    private readonly newConnection: (socket: Socket, listener: HttpListener, info: ConnectionInfo) => OpenConnection,
  ) {
    super(name, settings, services);
    this.unsupportedHeaders = new UnsupportedHeaders((line) => services.log(line));
  }

  /** Counts an event, in the statistics that Envoy has for each listener. */
  count(event: string): void {
    this.services.stats.counter(`http.${this.name}.downstream_${event}`).value += 1n;
  }

  protected accept(socket: Socket, info: ConnectionInfo): OpenConnection {
    this.count("cx_total");
    return this.newConnection(socket, this, info);
  }
}
