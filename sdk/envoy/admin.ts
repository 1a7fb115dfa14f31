import { request } from "node:http";

/** A client of Envoy's admin port. */
export class Admin {
  constructor(private readonly port: number) {}

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

  private call(method: string, path: string): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const call = request({ host: "127.0.0.1", port: this.port, method, path, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
        );
      });
      call.setTimeout(10_000, () =>
        call.destroy(new Error(`Envoy's admin port did not respond to ${path} within 10 seconds`)),
      );
      call.on("error", reject);
      call.end();
    });
  }
}
