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
    const auth = new HeldAnswers();
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
      // Of every test: nothing trapped, and nothing was to complain about.
      expect(faults(envoy.log)).toEqual([]);
    });
    afterAll(async () => {
      auth.answerAll(random);
      await envoy?.stop();
      await Promise.all(upstreams.map((upstream) => upstream.stop()));
    });

    /** Sends requests with these numbers, each on a connection of its own; all their calls are held when it resolves. */
    const ask = async (numbers: readonly number[]) => {
      const connections = await Promise.all(numbers.map(() => HttpConnection.open(envoy.port("gateway"))));
      const clients = numbers.map((number, index) => {
        const connection = connections[index]!;
        connection.write(`GET /${number} HTTP/1.1\r\nhost: h\r\nx-number: ${number}\r\n\r\n`);
        return { number, connection };
      });
      await poll(10_000, "not all calls came", () => numbers.every((number) => auth.has(number)) || undefined);
      return clients;
    };
    /** What client and upstream were told: both must have it from their own call. */
    const outcomes = (clients: readonly { number: number; connection: HttpConnection }[]) =>
      Promise.all(
        clients.map(async ({ number, connection }) => {
          const response = await connection.receive(10_000);
          connection.close();
          return [number, response.status, response.header("x-outcome"), upstreamSaw(response)];
        }),
      );
    const own = (numbers: readonly number[], label: string) =>
      numbers.map((number) => {
        const outcome = `/${label}/${number},${number},${label}`;
        return [number, 200, outcome, `/${number} ${outcome}`];
      });
    const stat = async (name: string) => (await envoy.stats(`^${name.replaceAll(".", "\\.")}$`)).get(name) ?? 0;
    const becomes = (name: string, value: number) =>
      poll(5000, `${name} did not become ${value}`, async () => (await stat(name)) === value || undefined);

    test(`${REQUESTS} answers in random order reach their own requests (RANDOM_SEED=${random.seed})`, async () => {
      const numbers = count(0, REQUESTS);
      const clients = await ask(numbers);
      expect(await stat("http.gateway.downstream_rq_active")).toBe(REQUESTS);
      const order = auth.answerAll(random);
      expect(order).not.toEqual([...order].sort((a, b) => a - b));
      expect(await outcomes(clients)).toEqual(own(numbers, "first"));
      const told = [...envoy.log.matchAll(/response \/first\/(\d+),/g)].map(([, number]) => Number(number));
      expect(told.sort((a, b) => a - b)).toEqual(numbers);
    });

    test("the answers for clients that went away are dropped, those of others are not", async () => {
      const numbers = count(1000, REQUESTS);
      const mark = envoy.mark();
      const answeredBefore = await stat("cluster.auth.upstream_rq_completed");
      const clients = await ask(numbers);
      const leaves = ({ number }: { number: number }) => number % 2 === 0;
      for (const client of clients.filter(leaves)) client.connection.close();
      await becomes("http.gateway.downstream_rq_active", REQUESTS / 2);

      auth.answerAll(random);
      const staying = clients.filter((client) => !leaves(client));
      const expected = own(
        staying.map(({ number }) => number),
        "first",
      );
      expect(await outcomes(staying)).toEqual(expected);
      // The others' answers have come too, before this looks for them.
      await becomes("cluster.auth.upstream_rq_completed", answeredBefore + REQUESTS);
      const later = await ask([2000]);
      auth.answerAll(random);
      expect(await outcomes(later)).toEqual(own([2000], "first"));
      await becomes("http.gateway.downstream_rq_active", 0);
      const told = [...envoy.logSince(mark).matchAll(/response \/first\/(\d+),/g)].map(([, number]) => Number(number));
      expect(told.sort((a, b) => a - b)).toEqual([...staying.map(({ number }) => number), 2000]);
    });

    test("a reload while calls are pending: the old end under the old configuration", async () => {
      const [old, gone, fresh] = [count(3000, 20), count(3100, 20), count(3200, 20)];
      const clients = await ask(old);
      const leaving = await ask(gone);
      expect(await envoy.updatePlugin("gateway", "echo-call", { label: "second" })).toBe(true);
      const after = await ask(fresh);
      for (const { connection } of leaving) connection.close();
      await becomes("http.gateway.downstream_rq_active", old.length + fresh.length);
      const mark = envoy.mark();
      auth.answerAll(random);
      expect(await outcomes(clients)).toEqual(own(old, "first"));
      expect(await outcomes(after)).toEqual(own(fresh, "second"));
      for (const number of gone) expect(envoy.logSince(mark)).not.toContain(`/${number},`);
    });

    test("a reload after the only clients of pending calls went away", async () => {
      const leaving = await ask(count(4000, 20));
      for (const { connection } of leaving) connection.close();
      await becomes("http.gateway.downstream_rq_active", 0);
      // Nothing holds the old configuration any more, so it ends with its calls on their way.
      const mark = envoy.mark();
      expect(await envoy.updatePlugin("gateway", "echo-call", { label: "third" })).toBe(true);
      const clients = await ask(count(4100, 20));
      auth.answerAll(random);
      expect(await outcomes(clients)).toEqual(own(count(4100, 20), "third"));
      expect(envoy.logSince(mark)).not.toContain("response /second/");
    });
  });
});

/** Holds the answers of an upstream until they are let go, in random order. */
class HeldAnswers {
  private held = new Map<number, () => void>();

  hold({ target }: ReceivedRequest): Promise<{ body: string }> {
    const number = Number(target.split("/").at(-1));
    return new Promise((resolve) => this.held.set(number, () => resolve({ body: target })));
  }

  has(number: number): boolean {
    return this.held.has(number);
  }

  /** Answers all, and gives the order. */
  answerAll(random: Random): number[] {
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

/** The target and `x-outcome` that the upstream received, as it echoes them. */
function upstreamSaw(response: HttpResponse): string {
  const { target, headers } = JSON.parse(response.text) as ReceivedRequest;
  return `${target} ${headers.find(([name]) => name === "x-outcome")?.[1]}`;
}
