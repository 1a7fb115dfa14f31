import { setTimeout as sleep } from "node:timers/promises";
import { startEnvoy } from "../../sdk/envoy/index.js";
import { buildPlugin } from "../support/build.js";
import { headerValue } from "../support/http-message.js";
import { requestBytes, type HttpRequest } from "../support/http-request.js";
import { HttpConnection, type HttpResponse } from "../support/http.js";
import { Random } from "../support/random.js";
import { echoUpstream, type ReceivedRequest } from "../support/upstream.js";
import { envoyPath, judge, memory, requestsToSend } from "./measure.js";

const WARM_UP = 20_000;
const CONNECTIONS = 32;
/** One of this number of requests has a client that disconnects. */
const DISCONNECTS = 50;
/** The delay of some call responses in milliseconds, so that clients disconnect while a call is pending. */
const SLOW_CALL_MS = 20;

/** A request, and the response that the client must get. */
interface Kind {
  request: HttpRequest;
  status: number;
  text: string;
}

const KINDS: Record<string, (id: string) => Kind> = {
  plain: (id) => kind(id, "plain", {}, `GET  - -/${id}`),
  body: (id) => {
    const body = id.repeat(1 + (Number(id) % 400));
    return kind(id, "body", { body }, `POST ${body}/${id} - -/${id}`);
  },
  trailers: (id) => {
    const request = { chunks: [id, "-", id], trailers: [["x-trailer", id]] as const };
    return kind(id, "trailers", request, `POST ${id}-${id}/${id} ${id} -/${id}`);
  },
  deny: (id) => ({ ...kind(id, "deny", {}, `denied ${id}/${id}`), status: 403 }),
  call: (id) => kind(id, "call", {}, `GET  - ${id},${id}/${id}`),
  callWithBody: (id) => kind(id, "call", { body: id }, `POST ${id}/${id} - ${id},${id}/${id}`),
};

const total = requestsToSend({
  ...{ script: "soak:mixed", requests: 200_000, warmUp: WARM_UP },
  about: `Checks an Envoy with two workers under requests of all kinds. Clients send the requests in random order and check each
response; some clients disconnect early. The command compares Envoy's memory after the first ${WARM_UP} requests with the
memory at the end, and looks for stuck streams. The environment variable RANDOM_SEED repeats the order of an earlier run.`,
});
const path = await envoyPath();
const random = new Random();
console.log(`RANDOM_SEED=${random.seed}`);
const started = performance.now();
const sent = new Map<string, number>();

const auth = await echoUpstream(({ headers, target }) => {
  const slow = headerValue(headers, "x-id")!.endsWith("00");
  return { body: target.slice(1), delayMs: slow ? SLOW_CALL_MS : 0 };
});
const upstream = await echoUpstream(echoOf);
for (const one of [auth, upstream]) one.onRequest = () => (one.requests.length = 0);
const plugin = { name: "mixed", wasm: await buildPlugin("tests/plugins/mixed") };
const envoy = await startEnvoy(
  {
    listeners: [{ name: "gateway", plugins: [plugin], routes: [{ prefix: "/", cluster: "upstream" }] }],
    clusters: [
      { name: "auth", port: auth.port },
      { name: "upstream", port: upstream.port },
    ],
  },
  { envoy: path, concurrency: 2, logLevel: "warning" },
);
try {
  await send(0, WARM_UP);
  const before = await memory(envoy);
  await send(WARM_UP, total);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${total} requests in ${seconds} s: ${[...sent].map(([name, count]) => `${count} ${name}`).join(", ")}`);
  await judge(envoy, "gateway", before, await memory(envoy));
} finally {
  await envoy.stop();
  await Promise.all([auth.stop(), upstream.stop()]);
}

/** Sends the requests from number `first` to `end`, one at a time on each connection. */
async function send(first: number, end: number): Promise<void> {
  let next = first;
  const client = async () => {
    let connection = await HttpConnection.open(envoy.port("gateway"));
    while (next < end) {
      const id = String(next++);
      const name = random.pick(Object.keys(KINDS));
      const { request, status, text } = KINDS[name]!(id);
      if (random.below(DISCONNECTS) === 0) {
        await disconnectDuring(connection, request);
        count("with a client that disconnected");
        connection = await HttpConnection.open(envoy.port("gateway"));
        continue;
      }
      const response = await connection.send(request);
      count(name);
      if (response.status !== status || response.text !== text) throw new Error(problemOf(name, id, text, response));
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
}

/** Sends a request or a part of the request, and disconnects within ten milliseconds. */
async function disconnectDuring(connection: HttpConnection, request: HttpRequest): Promise<void> {
  const bytes = Buffer.concat(requestBytes(request));
  connection.write(bytes.subarray(0, random.below(2) === 0 ? bytes.length : 1 + random.below(bytes.length)));
  await sleep(random.below(10));
  connection.close();
}

function kind(id: string, name: string, request: HttpRequest, text: string): Kind {
  const headers = [
    ["x-id", id],
    ["x-kind", name],
  ] as const;
  return { request: { target: `/${id}`, headers, ...request }, status: 200, text };
}

/** The upstream's response: method, body and trailers of the request, for the client's check. */
function echoOf({ method, headers, body, trailers }: ReceivedRequest): { body: string } {
  const seen = headerValue(trailers, "x-seen") ?? "-";
  return { body: `${method} ${body} ${seen} ${headerValue(headers, "x-answer-of") ?? "-"}` };
}

function count(name: string): void {
  sent.set(name, (sent.get(name) ?? 0) + 1);
}

function problemOf(name: string, id: string, text: string, response: HttpResponse): string {
  return `request ${id} (${name}): expected ${JSON.stringify(text)}, got ${response.status} ${JSON.stringify(response.text)}`;
}
