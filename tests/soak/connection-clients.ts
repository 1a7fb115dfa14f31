// The clients of connections.ts, in a process of their own. Sends requests for as many seconds as each message says, and
// replies with the number of requests and the errors so far.
import { KeptConnections } from "../support/kept-connections.js";

const [port, count] = process.argv.slice(2).map(Number) as [number, number];
const clients = await KeptConnections.open(port, count);

process.on("message", (seconds: number) => {
  const end = performance.now() + seconds * 1000;
  void clients
    .sendUntil(() => performance.now() > end)
    .then(() => process.send!({ requests: clients.requests, errors: clients.errors }));
});
process.on("disconnect", () => process.exit());
