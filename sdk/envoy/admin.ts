import { request } from "node:http";

/** Envoy takes longer than the limit to respond. */
class NoResponse extends Error {}

/** A client of Envoy's admin port. */
export class Admin {
  /** @param limitMs how long Envoy may take to respond */
  constructor(
    private readonly port: number,
    private readonly limitMs = 10_000,
  ) {}

  /** Sends a GET and returns the body. @throws Error unless the status is 200 */
  get(path: string): Promise<string> {
    return this.checked("GET", path);
  }

  /** Sends a POST, which changes something. @throws Error unless the status is 200 */
  async post(path: string): Promise<void> {
    await this.checked("POST", path);
  }

  private async checked(method: string, path: string): Promise<string> {
    const { status, body } = await this.call(method, path);
    if (status !== 200) throw new Error(`Envoy's admin port returned ${status} for ${path}: ${body.trim()}`);
    return body;
  }

  async isReady(): Promise<boolean> {
    return (await this.call("GET", "/ready")).status === 200;
  }

  /** Whether Envoy's main thread takes longer than a limit to respond. False when Envoy has ended. */
  async isBusy(limitMs: number, signal?: AbortSignal): Promise<boolean> {
    return this.call("GET", "/ready", limitMs, signal).then(
      () => false,
      (error: unknown) => error instanceof NoResponse,
    );
  }

  /** Counters and gauges by name. */
  async stats(filter?: string): Promise<Map<string, number>> {
    const query = filter === undefined ? "" : `&filter=${encodeURIComponent(filter)}`;
    const { stats } = JSON.parse(await this.get(`/stats?format=json${query}`)) as {
      stats: { name?: string; value?: number | string }[];
    };
    const numbers = new Map<string, number>();
    for (const { name, value } of stats) {
      if (name !== undefined && typeof value === "number") numbers.set(name, value);
    }
    return numbers;
  }

  /** The port of each listener. A listener with port 0 in its spec has a real one here. */
  async listenerPorts(): Promise<Map<string, number>> {
    const { listener_statuses = [] } = JSON.parse(await this.get("/listeners?format=json")) as {
      listener_statuses?: { name: string; local_address: { socket_address: { port_value?: number } } }[];
    };
    const entry = ({ name, local_address }: (typeof listener_statuses)[0]): [string, number] => [
      name,
      local_address.socket_address.port_value ?? 0,
    ];
    return new Map(listener_statuses.map(entry));
  }

  private call(
    method: string,
    path: string,
    limitMs = this.limitMs,
    signal?: AbortSignal,
  ): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const target = { host: "127.0.0.1", port: this.port, method, path, agent: false as const };
      const call = request({ ...target, ...(signal ? { signal } : {}) }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
        );
      });
      call.setTimeout(limitMs, () =>
        call.destroy(new NoResponse(`Envoy's admin port did not respond to ${path} within ${limitMs / 1000} seconds`)),
      );
      call.on("error", reject);
      call.end();
    });
  }
}
