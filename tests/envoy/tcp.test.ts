import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { poll } from "../../sdk/envoy/wait.js";
import { describeOnEngines, type LikeEnvoy } from "../host/like-envoy.js";
import { buildPlugin } from "../support/build.js";

const MB = 1 << 20;
/** More than a gateway and the system hold on the way. */
const MUCH = 64 * MB;
const PIECE = Buffer.alloc(64 * 1024, "0123456789abcdef");

const SCRIPTS: Readonly<Record<string, readonly string[]>> = {
  passes: [],
  holds: ["downstream_data return 1", "upstream_data return 1"],
  "lets go from time to time": [
    ...["downstream_data return 1", "new_connection set_tick_period_milliseconds 5"],
    ...["tick set_effective_context $stream", "tick continue_stream 2"],
  ],
};

describeOnEngines("large amounts on connections of TCP", (start) => {
  let envoy: LikeEnvoy;
  let server: Server;
  let sockets: Socket[] = [];
  /** What the upstream does with a connection. */
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

  test.each(["passes", "lets go from time to time"])("%s: what is sent comes back, and the end", async (listener) => {
    serve = (socket) => socket.pipe(socket);
    const socket = client(listener);
    const got: Buffer[] = [];
    socket.on("data", (bytes: Buffer) => got.push(bytes));
    const ended = new Promise<void>((resolve) => socket.once("end", resolve));
    const sent = Buffer.concat(Array.from({ length: (4 * MB) / PIECE.length }, () => PIECE));
    socket.end(sent);
    await ended;
    expect(Buffer.concat(got).equals(sent)).toBe(true);
  });

  test("a client waits for an upstream that does not read, until it does", async () => {
    serve = () => {};
    const accepted = write(client("passes"));
    expect(await settled(accepted)).toBeLessThan(MUCH / 2);
    sockets.at(-1)!.resume();
    await poll(20_000, "the rest is not taken", () => accepted() === MUCH || undefined);
  });

  test("a client waits while a plugin holds what it has sent", async () => {
    serve = (socket) => socket.resume();
    expect(await settled(write(client("holds")))).toBeLessThan(MUCH / 2);
  });

  test("an upstream waits for a client that does not read, until it does", async () => {
    let accepted = () => 0;
    serve = (socket) => (accepted = write(socket));
    const socket = client("passes").pause();
    expect(await settled(() => accepted())).toBeLessThan(MUCH / 2);
    socket.resume();
    await poll(20_000, "the rest is not taken", () => accepted() === MUCH || undefined);
  });

  test("an upstream waits while a plugin holds what it has sent", async () => {
    let accepted = () => 0;
    serve = (socket) => (accepted = write(socket));
    client("holds").resume();
    expect(await settled(() => accepted())).toBeLessThan(MUCH / 2);
  });
});

/** Writes much; how much of it was taken. */
function write(socket: Socket): () => number {
  let accepted = 0;
  for (let i = 0; i < MUCH / PIECE.length; i++) socket.write(PIECE, (error) => (accepted += error ? 0 : PIECE.length));
  return () => accepted;
}

/** A number, once it is more than 0 and stays as it is. */
async function settled(count: () => number): Promise<number> {
  for (let last = -1; ; last = count()) {
    await sleep(300);
    if (count() > 0 && count() === last) return last;
  }
}
