import { afterAll, beforeAll, expect, test } from "vitest";
import { startEnvoy, type ListenerSpec, type RunningEnvoy } from "../../sdk/envoy/index.js";
import { startGateway, type RunningGateway } from "../../sdk/gateway/index.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { HttpConnection, request } from "../support/http.js";
import { Http2Connection } from "../support/http2.js";
import { NIGHTLY } from "../support/nightly.js";
import { Random } from "../support/random.js";

const COUNT = NIGHTLY ? 20_000 : 2000;
/** Requests at the same time, each on its own connection with HTTP/1. */
const LANES = 16;

/** Each setting of `pathNormalization` in Istio's MeshConfig. */
const SETTINGS: Record<string, Partial<ListenerSpec>> = {
  none: {},
  base: { normalizePath: true },
  merge: { normalizePath: true, mergeSlashes: true },
  decode: { normalizePath: true, mergeSlashes: true, pathWithEscapedSlashesAction: "UNESCAPE_AND_FORWARD" },
};
const NAMES = Object.keys(SETTINGS);

/** The redirect shows the route, and the path as the route sees the path. */
const listeners = Object.entries(SETTINGS).map(([name, settings]): ListenerSpec => ({
  ...{ name, ...settings, upgrades: ["websocket"] },
  routes: [
    { prefix: "/admin", redirect: { host: "admin" } },
    { prefix: "/", redirect: { host: "other" } },
  ],
}));

interface PathCase {
  listener: string;
  target: string;
  method?: string;
}

/** Parts of paths. Those that make most gateways reject the request are rare. */
const PARTS = [
  ...["/", "/", "/", "//", "\\", "%2f", "%2F", "%5c", "%5C"],
  ...[".", ".", "..", "..", "%2e", "%2E", "%2e.", "/../", "/%2E%2e/", "\\..\\", "/./", "/.", "/..;/"],
  ...["%", "%%", "%2", "%4", "%zz", "%32", "%65", "%30", "%46", "%25", "%252e", "2", "e", "0", "F"],
  ...["admin", "public", "a", "%61", "%5A", "-", "_", "~", "%7e", "%2D", "%c3%a9", "%c0%ae", "%20", "%3f", "%23"],
  ...[";", "=", "&", ":", "@", "[", "]", "|", "^", "{", "`", "<", '"', "'", "(", "!", "$", ",", "+", "*"],
];
const RARE = ["?", "?", "?", "#", "%00", "\xe9", "\xc3\xa9", " ", "\t", "\x01", "\x7f", "http://"];
const STARTS = ["/", "/", "/", "/", "/", "/", "/public/", "/admin/", "http://a", "http://a/", "https://b:80/", "", "*"];

function randomTarget(random: Random): string {
  const length = 1 + random.below(8);
  const part = () => (random.below(40) === 0 ? random.pick(RARE) : random.pick(PARTS));
  return random.pick(STARTS) + Array.from({ length }, part).join("");
}

describeWithEnvoy("the gateway normalizes paths like Envoy", ({ path }) => {
  let envoy: RunningEnvoy;
  let gateway: RunningGateway;

  beforeAll(async () => {
    envoy = await startEnvoy({ listeners }, { envoy: path });
    gateway = await startGateway({ listeners }, { log: () => {} });
  });
  afterAll(async () => {
    await envoy?.stop();
    await gateway?.stop(0);
  });

  const single = Array.from({ length: 256 }, (_, byte) => {
    const hex = `%${byte.toString(16).padStart(2, "0")}`;
    return [`/a${String.fromCharCode(byte)}b`, `/a${hex}b`, `/a/.${hex.toUpperCase()}./b`, `/%${hex}0`, `/%${hex}%30`];
  }).flat();
  const special = ["*", "/", "", "?", "/?", "//", "http://a", "http://a?b", "http://a/../b", "http://a\\..\\b", "/a#b"];
  const named = [...single, ...special, "/a/%/../b%30%31", "/%/..%30", "%2e", "\\", "*?", "*#", "?#"];
  const ofMethods = ["CONNECT", "OPTIONS", "HEAD", "PRI"].flatMap((method) =>
    ["*", "a:80", "/a/../b", "http://a/../b", "*#"].map((target) => ({ method, target })),
  );

  // Envoy closes an HTTP/2 connection a second after a path that HTTP/2 forbids, so few of these paths are sent.
  const isCheap = ({ target }: PathCase, index: number) => /^\/[!-~]*$/.test(target) || index % 20 === 0;

  test.each([
    ["HTTP/1", overHttp1, () => true],
    ["HTTP/2", overHttp2, isCheap],
  ])("with %s", { timeout: 600_000 }, async (_, send, isSent) => {
    const random = new Random();
    const all: PathCase[] = [
      ...NAMES.flatMap((listener) => ofMethods.map((one) => ({ listener, ...one }))),
      ...["base", "decode"].flatMap((listener) => named.map((target) => ({ listener, target }))),
      ...Array.from({ length: COUNT }, () => ({ listener: random.pick(NAMES), target: randomTarget(random) })),
    ];
    const probe = await request(envoy.port("base"), { target: "/a/..;/b" });
    // Envoy before 1.36.10, 1.37.6, 1.38.4 and 1.39.1 keeps dot segments with parameters.
    const keepsParameters = probe.header("location") === "http://other/a/..;/b";
    const cases = all.filter((one, index) => isSent(one, index) && !(keepsParameters && hasParameters(one.target)));
    const [node, real] = await Promise.all([send(gateway, cases), send(envoy, cases)]);
    const different = cases.flatMap((one, index) =>
      node[index] === real[index] ? [] : [`${JSON.stringify(one)}: Envoy ${real[index]}, Node ${node[index]}`],
    );
    expect(different.slice(0, 20), `seed ${random.seed}`).toEqual([]);
    // The cases reach all outcomes.
    const outcomes = new Set(real.map((outcome) => outcome.replace(/(\w+:\/\/\w+).*/, "$1")));
    expect([...outcomes]).toEqual(expect.arrayContaining(["301 http://admin", "301 http://other", "400", "404"]));
  });
});

/** Whether a dot segment of a path has parameters. */
function hasParameters(target: string): boolean {
  return /(?:\/|%2f)\.{1,2};/i.test(target);
}

type Gateway = Pick<RunningEnvoy, "port">;

async function overHttp1(gateway: Gateway, cases: readonly PathCase[]): Promise<string[]> {
  return inLanes(cases, () => {
    const open = new Map<string, HttpConnection>();
    return {
      async send({ listener, target, method = "GET" }) {
        const connection = open.get(listener) ?? (await HttpConnection.open(gateway.port(listener)));
        open.set(listener, connection);
        const bytes = Buffer.from(`${method} ${target} HTTP/1.1\r\nhost: a\r\n\r\n`, "latin1");
        const { status, text, header } = await connection.send(bytes);
        if (header("connection") === "close") {
          connection.close();
          open.delete(listener);
        }
        return outcome(status, header("location"), text);
      },
      close: () => open.forEach((one) => one.close()),
    };
  });
}

async function overHttp2(gateway: Gateway, cases: readonly PathCase[]): Promise<string[]> {
  return inLanes(cases, () => {
    const open = new Map<string, Http2Connection>();
    return {
      async send({ listener, target, method = "GET" }) {
        let connection = open.get(listener);
        if (!connection || connection.session.closed || connection.session.destroyed) {
          connection = await Http2Connection.open(gateway.port(listener));
        }
        open.set(listener, connection);
        try {
          const { status, text, header } = await connection.send({ method, target });
          return outcome(status, header("location"), text);
        } catch (error) {
          // Both reset the stream when a path does not begin with a slash, with different codes.
          return (error as Error).message.replace(/, code [18]$/, "");
        }
      },
      close: () => open.forEach((one) => one.close()),
    };
  });
}

function outcome(status: number, location: string | undefined, text: string): string {
  return [status, location ?? text].join(" ").trimEnd();
}

interface Lane {
  send(one: PathCase): Promise<string>;
  close(): void;
}

/** Sends all requests, several at the same time. Returns the outcomes in the order of the cases. */
async function inLanes(cases: readonly PathCase[], open: () => Lane): Promise<string[]> {
  const outcomes: string[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: LANES }, async () => {
      const lane = open();
      try {
        for (let index = next++; index < cases.length; index = next++) {
          outcomes[index] = await lane.send(cases[index]!).catch((error: Error) => error.message);
        }
      } finally {
        lane.close();
      }
    }),
  );
  return outcomes;
}
