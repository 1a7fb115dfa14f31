import { afterEach, expect, test } from "vitest";
import { startGateway, type RunningGateway } from "../../sdk/gateway/index.js";
import { HttpConnection } from "../support/http.js";

const BUSY = 200;
const NEW = 50;
const TIMEOUT_MS = 60_000;

let gateway: RunningGateway | undefined;
afterEach(() => gateway?.stop(0));

test("new connections do not wait behind the requests of busy connections", async () => {
  gateway = await startGateway({ listeners: [{ name: "gateway", plugins: [], routes: [] }], clusters: [] });
  const port = gateway.port("gateway");
  const open = (count: number) => Promise.all(Array.from({ length: count }, () => HttpConnection.open(port)));
  const busy = await open(BUSY);
  let requests = 0;
  let isOver = false;
  const load = busy.map(async (connection) => {
    do expect((await connection.send({}, TIMEOUT_MS)).status).toBe(404);
    while (++requests > 0 && !isOver);
  });
  while (requests < 2 * BUSY) await new Promise(setImmediate);

  const news = await open(NEW);
  const before = requests;
  await Promise.all(news.map((connection) => connection.send({}, TIMEOUT_MS)));
  const meanwhile = requests - before;
  isOver = true;
  await Promise.all(load);
  for (const connection of [...busy, ...news]) connection.close();
  // One connection in a turn of the event loop would be accepted after thousands of requests.
  expect(meanwhile).toBeLessThan(5 * BUSY);
});
