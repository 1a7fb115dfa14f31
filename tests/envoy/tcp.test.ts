import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { poll } from "../../sdk/envoy/wait.js";
import { describeOnEngines, type TestGateway } from "../host/engines.js";
import { buildPlugin } from "../support/build.js";

const MB = 1 << 20;
/** More bytes than a gateway and the operating system buffer. */
const MUCH = 64 * MB;
const BLOCK = Buffer.alloc(64 * 1024, "0123456789abcdef");

const SCRIPTS: Readonly<Record<string, readonly string[]>> = {
  "passes data": [],
  "holds all data": ["downstream_data return 1", "upstream_data return 1"],
  "resumes with a timer": [
    ...["downstream_data return 1", "new_connection set_tick_period_milliseconds 5"],
    ...["tick set_effective_context $stream", "tick continue_stream 2"],
  ],
};

describeOnEngines("large amounts of data on TCP connections", (start) => {
  let envoy: TestGateway;
  let server: Server;
  let sockets: Socket[] = [];
  /** How the upstream handles a connection. */
  let serve: (socket: Socket) => void;

  beforeAll(async () => {
    server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
      keep(socket);
      serve(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const wasm = await buildPlugin("tests/support/raw-calls");
    envoy = await start({
      listeners: Object.entries(SCRIPTS).map(([name, script]) => ({
        ...{ name, tcp: "upstream" },
        plugins: [{ name: "plugin", wasm, vmId: name, configuration: script.join("\n") }],
      })),
      clusters: [{ name: "upstream", port: (server.address() as AddressInfo).port }],
    });
  }, 60_000);
  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    sockets = [];
  });
  afterAll(async () => {
    await envoy?.stop();
    server.close();
  });

  function keep(socket: Socket): void {
    sockets.push(socket);
    socket.on("error", () => {});
  }

  function client(listener: string): Socket {
    const socket = connect({ host: "127.0.0.1", port: envoy.port(listener), allowHalfOpen: true });
    keep(socket);
    return socket;
  }

  test.each(["passes data", "resumes with a timer"])(
    "a plugin that %s lets all data and the end pass",
    async (listener) => {
      serve = (socket) => socket.pipe(socket);
      const socket = client(listener);
      const got: Buffer[] = [];
      socket.on("data", (bytes: Buffer) => got.push(bytes));
      const ended = new Promise<void>((resolve) => socket.once("end", resolve));
      const sent = Buffer.concat(Array.from({ length: (4 * MB) / BLOCK.length }, () => BLOCK));
      socket.end(sent);
      await ended;
      expect(Buffer.concat(got).equals(sent)).toBe(true);
    },
  );

  test("a client waits until the upstream reads", async () => {
    serve = () => {};
    const accepted = write(client("passes data"));
    expect(await settled(accepted)).toBeLessThan(MUCH / 2);
    sockets.at(-1)!.resume();
    await poll(20_000, "the rest was not accepted", () => accepted() === MUCH || undefined);
  });

  test("a client waits while a plugin holds the client's data", async () => {
    serve = (socket) => socket.resume();
    expect(await settled(write(client("holds all data")))).toBeLessThan(MUCH / 2);
  });

  test("an upstream waits until the client reads", async () => {
    let accepted = () => 0;
    serve = (socket) => (accepted = write(socket));
    const socket = client("passes data").pause();
    expect(await settled(() => accepted())).toBeLessThan(MUCH / 2);
    socket.resume();
    await poll(20_000, "the rest was not accepted", () => accepted() === MUCH || undefined);
  });

  test("an upstream waits while a plugin holds the upstream's data", async () => {
    let accepted = () => 0;
    serve = (socket) => (accepted = write(socket));
    client("holds all data").resume();
    expect(await settled(() => accepted())).toBeLessThan(MUCH / 2);
  });
});

/** Writes `MUCH` bytes. Returns a function that counts the accepted bytes. */
function write(socket: Socket): () => number {
  let accepted = 0;
  for (let i = 0; i < MUCH / BLOCK.length; i++) socket.write(BLOCK, (error) => (accepted += error ? 0 : BLOCK.length));
  return () => accepted;
}

/** Waits until a count is above 0 and no longer changes. */
async function settled(count: () => number): Promise<number> {
  for (let last = -1; ; last = count()) {
    await sleep(300);
    if (count() > 0 && count() === last) return last;
  }
}
