import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startEnvoy, type RunningEnvoy } from "../../sdk/envoy/index.js";
import { poll } from "../../sdk/envoy/wait.js";
import { buildPlugin } from "../support/build.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { faults } from "../support/faults.js";
import { HttpConnection, type HttpResponse } from "../support/http.js";
import { Random } from "../support/random.js";
import { echoUpstream, type ReceivedRequest, type Upstream } from "../support/upstream.js";

const REQUESTS = 100;

describeWithEnvoy("calls in flight", ({ path }) => {
  describe.each([1, 2])("with %i worker(s)", (concurrency) => {
    const random = new Random();
    const auth = new HeldResponses();
    let upstreams: Upstream[] = [];
    let envoy: RunningEnvoy;

    beforeAll(async () => {
      const plugin = { name: "echo-call", wasm: await buildPlugin("tests/plugins/echo-call"), ecds: true };
      const calls = await echoUpstream((request) => auth.hold(request));
      const echo = await echoUpstream();
      upstreams = [calls, echo];
      envoy = await startEnvoy(
        {
          listeners: [
            {
              name: "gateway",
              plugins: [{ ...plugin, configuration: { label: "first" } }],
              routes: [{ prefix: "/", cluster: "echo" }],
            },
            {
              name: "other",
              plugins: [{ ...plugin, configuration: { label: "other" } }],
              routes: [{ prefix: "/", cluster: "echo" }],
            },
          ],
          clusters: [
            { name: "auth", port: calls.port },
            { name: "echo", port: echo.port },
          ],
        },
        { envoy: path, concurrency },
      );
    }, 60_000);
    afterEach(() => {
      // No test may cause a trap or a warning.
      expect(faults(envoy.log)).toEqual([]);
    });
    afterAll(async () => {
      auth.releaseAll(random);
      await envoy?.stop();
      await Promise.all(upstreams.map((upstream) => upstream.stop()));
    });

    /** Sends requests with these numbers, each on its own connection. Resolves when all their calls are held. */
    const sendRequests = async (numbers: readonly number[], listener = "gateway") => {
      const connections = await Promise.all(numbers.map(() => HttpConnection.open(envoy.port(listener))));
      const clients = numbers.map((number, index) => {
        const connection = connections[index]!;
        connection.write(`GET /${number} HTTP/1.1\r\nhost: h\r\nx-number: ${number}\r\n\r\n`);
        return { number, connection };
      });
      await poll(10_000, "not all calls arrived", () => numbers.every((number) => auth.has(number)) || undefined);
      return clients;
    };
    /** What each client and its upstream received: both must have the result of the request's own call. */
    const outcomes = (clients: readonly { number: number; connection: HttpConnection }[]) =>
      Promise.all(
        clients.map(async ({ number, connection }) => {
          const response = await connection.receive(10_000);
          connection.close();
          return [number, response.status, response.header("x-outcome"), upstreamSaw(response)];
        }),
      );
    const expectedOutcomes = (numbers: readonly number[], label: string) =>
      numbers.map((number) => {
        const outcome = `/${label}/${number},${number},${label}`;
        return [number, 200, outcome, `/${number} ${outcome}`];
      });
    const stat = async (name: string) => (await envoy.stats(`^${name.replaceAll(".", "\\.")}$`)).get(name) ?? 0;
    const becomes = (name: string, value: number) =>
      poll(5000, `${name} did not become ${value}`, async () => (await stat(name)) === value || undefined);

    test(`${REQUESTS} call responses in random order reach their own requests (RANDOM_SEED=${random.seed})`, async () => {
      const numbers = count(0, REQUESTS);
      const clients = await sendRequests(numbers);
      expect(await stat("http.gateway.downstream_rq_active")).toBe(REQUESTS);
      const order = auth.releaseAll(random);
      expect(order).not.toEqual([...order].sort((a, b) => a - b));
      expect(await outcomes(clients)).toEqual(expectedOutcomes(numbers, "first"));
      const logged = [...envoy.log.matchAll(/response \/first\/(\d+),/g)].map(([, number]) => Number(number));
      expect(logged.sort((a, b) => a - b)).toEqual(numbers);
    });

    test("call responses are dropped when the client has disconnected, others are not", async () => {
      const numbers = count(1000, REQUESTS);
      const mark = envoy.mark();
      const completedBefore = await stat("cluster.auth.upstream_rq_completed");
      const clients = await sendRequests(numbers);
      const disconnects = ({ number }: { number: number }) => number % 2 === 0;
      for (const client of clients.filter(disconnects)) client.connection.close();
      await becomes("http.gateway.downstream_rq_active", REQUESTS / 2);

      auth.releaseAll(random);
      const staying = clients.filter((client) => !disconnects(client));
      const expected = expectedOutcomes(
        staying.map(({ number }) => number),
        "first",
      );
      expect(await outcomes(staying)).toEqual(expected);
      // The responses to the dropped calls have arrived too, before the log is checked for them.
      await becomes("cluster.auth.upstream_rq_completed", completedBefore + REQUESTS);
      const later = await sendRequests([2000]);
      auth.releaseAll(random);
      expect(await outcomes(later)).toEqual(expectedOutcomes([2000], "first"));
      await becomes("http.gateway.downstream_rq_active", 0);
      const logged = [...envoy.logSince(mark).matchAll(/response \/first\/(\d+),/g)].map(([, number]) =>
        Number(number),
      );
      expect(logged.sort((a, b) => a - b)).toEqual([...staying.map(({ number }) => number), 2000]);
    });

    test("requests whose calls are pending at a reload end under the old configuration", async () => {
      const [old, gone, fresh] = [count(3000, 20), count(3100, 20), count(3200, 20)];
      const clients = await sendRequests(old);
      const leaving = await sendRequests(gone);
      expect(await envoy.updatePlugin("gateway", "echo-call", { label: "second" })).toBe(true);
      const after = await sendRequests(fresh);
      for (const { connection } of leaving) connection.close();
      await becomes("http.gateway.downstream_rq_active", old.length + fresh.length);
      const mark = envoy.mark();
      auth.releaseAll(random);
      expect(await outcomes(clients)).toEqual(expectedOutcomes(old, "first"));
      expect(await outcomes(after)).toEqual(expectedOutcomes(fresh, "second"));
      for (const number of gone) expect(envoy.logSince(mark)).not.toContain(`/${number},`);
    });

    test("two configurations in one VM, one of which is replaced, get their own call responses", async () => {
      // The VM that Envoy copies, and a VM of the main thread and of each worker for both listeners.
      expect(await stat("wasm.envoy.wasm.runtime.v8.active")).toBe(concurrency + 2);
      const [old, other, gone, fresh] = [0, 1, 2, 3].map((part) => count(3300 + part * REQUESTS, REQUESTS)) as [
        ...[number[], number[], number[], number[]],
      ];
      const sent = [await sendRequests(old), await sendRequests(other, "other")];
      const leaving = await sendRequests(gone, "other");
      expect(await envoy.updatePlugin("gateway", "echo-call", { label: "between" })).toBe(true);
      sent.push(await sendRequests(fresh));
      for (const { connection } of leaving) connection.close();
      await becomes("http.other.downstream_rq_active", REQUESTS);
      expect(await stat("http.gateway.downstream_rq_active")).toBe(2 * REQUESTS);
      const mark = envoy.mark();
      auth.releaseAll(random);
      const outcome = await Promise.all(sent.map((clients) => outcomes(clients)));
      expect(outcome).toEqual([
        expectedOutcomes(old, "second"),
        expectedOutcomes(other, "other"),
        expectedOutcomes(fresh, "between"),
      ]);
      await becomes("http.gateway.downstream_rq_active", 0);
      await becomes("http.other.downstream_rq_active", 0);
      const logged = [...envoy.logSince(mark).matchAll(/response \/\w+\/(\d+),/g)].map(([, number]) => Number(number));
      expect(logged.sort((a, b) => a - b)).toEqual([...old, ...other, ...fresh]);
    });

    test("a reload drops pending calls whose clients have all disconnected", async () => {
      const leaving = await sendRequests(count(4000, 20));
      for (const { connection } of leaving) connection.close();
      await becomes("http.gateway.downstream_rq_active", 0);
      // No stream uses the old configuration any more, so Envoy drops it while its calls are pending.
      const mark = envoy.mark();
      expect(await envoy.updatePlugin("gateway", "echo-call", { label: "third" })).toBe(true);
      const clients = await sendRequests(count(4100, 20));
      auth.releaseAll(random);
      expect(await outcomes(clients)).toEqual(expectedOutcomes(count(4100, 20), "third"));
      expect(envoy.logSince(mark)).not.toContain("response /between/");
    });
  });
});

/** Holds an upstream's responses until they are released in random order. */
class HeldResponses {
  private held = new Map<number, () => void>();

  hold({ target }: ReceivedRequest): Promise<{ body: string }> {
    const number = Number(target.split("/").at(-1));
    return new Promise((resolve) => this.held.set(number, () => resolve({ body: target })));
  }

  has(number: number): boolean {
    return this.held.has(number);
  }

  /** Sends all responses. Returns the numbers in the order in which they were sent. */
  releaseAll(random: Random): number[] {
    const order = [...this.held.keys()];
    for (let i = order.length - 1; i > 0; i--) {
      const other = random.below(i + 1);
      [order[i], order[other]] = [order[other]!, order[i]!];
    }
    for (const number of order) this.held.get(number)!();
    this.held.clear();
    return order;
  }
}

function count(first: number, length: number): number[] {
  return Array.from({ length }, (_, index) => first + index);
}

/** The target and `x-outcome` that the upstream received, from the upstream's echo. */
function upstreamSaw(response: HttpResponse): string {
  const { target, headers } = JSON.parse(response.text) as ReceivedRequest;
  return `${target} ${headers.find(([name]) => name === "x-outcome")?.[1]}`;
}
