import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { poll } from "../../sdk/envoy/wait.js";
import { buildPlugin } from "../support/build.js";
import { describeOnEngines, type TestGateway } from "../host/engines.js";
import { faults } from "../support/faults.js";
import { HttpConnection, request } from "../support/http.js";
import { Random } from "../support/random.js";
import { echoUpstream, type Upstream } from "../support/upstream.js";

const deny = ["reply", 403, [], "denied"];
const GREETING = "the server speaks first\n";
const PLUGINS = ["body-write", "body-read", "body-stream"];

describeOnEngines("body hooks do not see the data of upgrades and CONNECT", (start) => {
  let web: TcpUpstream;
  let raw: TcpUpstream;
  let echo: Upstream;
  let envoy: TestGateway;

  beforeAll(async () => {
    web = await TcpUpstream.start(
      "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n",
    );
    raw = await TcpUpstream.start();
    echo = await echoUpstream({ body: "ok" });
    const listeners = await Promise.all(
      PLUGINS.map(async (name) => ({
        name,
        plugins: [
          {
            ...{ name, wasm: await buildPlugin(`tests/plugins/${name}`) },
            configuration: { request: [["request.set", "x-hook", "ran"]], requestBody: [deny], responseBody: [deny] },
          },
        ],
        upgrades: ["websocket", "CONNECT"],
        routes: [
          { connect: true as const, cluster: "raw" },
          { path: "/socket", cluster: "web" },
          { prefix: "/", cluster: "echo" },
        ],
      })),
    );
    const clusters = Object.entries({ web, raw, echo }).map(([name, { port }]) => ({ name, port }));
    envoy = await start({ listeners, clusters });
  }, 60_000);
  afterAll(async () => {
    await envoy?.stop();
    await Promise.all([web?.stop(), raw?.stop(), echo?.stop()]);
  });

  describe.each(PLUGINS)("%s", (listener) => {
    const active = async () =>
      (await envoy.stats(`^http\\.${listener}\\.`)).get(`http.${listener}.downstream_rq_active`);

    /** Sends blocks of random bytes and compares the bytes that come back. */
    const expectTunnel = async (client: HttpConnection) => {
      const mark = envoy.mark();
      await poll(
        5000,
        "the server's greeting did not arrive",
        () => client.unread.length >= GREETING.length || undefined,
      );
      expect(client.unread.toString()).toBe(GREETING);
      const random = new Random();
      let sent = Buffer.from(GREETING);
      for (const size of [1, 7, 1000, 100_000, 2 * 1024 * 1024]) {
        const bytes = Buffer.from(random.bytes(size));
        client.write(bytes);
        sent = Buffer.concat([sent, flipped(bytes)]);
        await poll(10_000, `${size} bytes did not come back`, () => client.unread.length >= sent.length || undefined);
        expect(client.unread.equals(sent)).toBe(true);
      }
      expect(await active()).toBe(1);
      client.close();
      await poll(5000, "the tunnel did not end", async () => (await active()) === 0 || undefined);
      expect(faults(envoy.logSince(mark))).toEqual([]);
    };

    test("the hooks act on the body of an ordinary request", async () => {
      const { status, text } = await request(envoy.port(listener), { body: "body" });
      expect([status, text]).toEqual(listener === "body-stream" ? [200, "OK!"] : [403, "denied"]);
    });

    test("the data of a websocket passes unchanged", async () => {
      const client = await HttpConnection.open(envoy.port(listener));
      client.write("GET /socket HTTP/1.1\r\nhost: h\r\nconnection: keep-alive, Upgrade\r\nupgrade: websocket\r\n\r\n");
      const response = await client.receive();
      expect([response.status, response.header("upgrade")]).toEqual([101, "websocket"]);
      expect(web.heads.at(-1)).toMatch(/^GET \/socket HTTP\/1\.1\r\n/);
      if (listener !== "body-stream") expect(web.heads.at(-1)).toContain("\r\nx-hook: ran\r\n");
      await expectTunnel(client);
    });

    test("the hooks act on the response of an upstream that refuses a websocket", async () => {
      const client = await HttpConnection.open(envoy.port(listener));
      const response = JSON.stringify({ status: 403, body: "go away" });
      client.write(
        `GET / HTTP/1.1\r\nhost: h\r\nconnection: Upgrade\r\nupgrade: websocket\r\nx-answer: ${response}\r\n\r\n`,
      );
      if (listener === "body-stream") expect((await client.receive()).text).toBe("GO AWAY!");
      else await expect(client.receive()).rejects.toThrow(/chunk does not start|ended within|closed/);
      client.close();
    });

    test("the data of a CONNECT tunnel passes unchanged", async () => {
      const client = await HttpConnection.open(envoy.port(listener));
      client.write("CONNECT example.com:443 HTTP/1.1\r\nhost: example.com:443\r\n\r\n");
      // A response to CONNECT has no body, whatever its headers say. The client reads the head only.
      expect((await client.receive(5000, true)).status).toBe(200);
      await expectTunnel(client);
    });
  });
});

/**
 * An upstream for tunnels. If it has a `responseHead`, it reads the head of a request and sends `responseHead`. Then it sends
 * a greeting, and sends back each further byte flipped.
 */
class TcpUpstream {
  readonly heads: string[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(responseHead?: string): Promise<TcpUpstream> {
    const server = createServer({ noDelay: true });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const upstream = new TcpUpstream(server, (server.address() as AddressInfo).port);
    server.on("connection", (socket) => upstream.serve(socket, responseHead));
    return upstream;
  }

  stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private serve(socket: Socket, responseHead: string | undefined): void {
    this.sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.sockets.delete(socket));
    let head: string | undefined = responseHead === undefined ? undefined : "";
    if (responseHead === undefined) socket.write(GREETING);
    socket.on("data", (bytes: Buffer) => {
      if (head === undefined) return void socket.write(flipped(bytes));
      head += bytes.toString("latin1");
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return;
      this.heads.push(head.slice(0, end + 4));
      socket.write(
        responseHead + GREETING + flipped(Buffer.from(head.slice(end + 4), "latin1")).toString("latin1"),
        "latin1",
      );
      head = undefined;
    });
  }
}

function flipped(bytes: Buffer): Buffer {
  return Buffer.from(bytes.map((byte) => byte ^ 0xff));
}
