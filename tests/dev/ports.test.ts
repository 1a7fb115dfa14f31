// Two gateways that want the same port. Envoys may share a port, if the listeners allow it.
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { describeDev } from "./dev.js";

describeDev("a port", (start) => {
  test("that another dev serves is rejected, and the other dev keeps serving", async () => {
    await using first = await start({ "a.yaml": "" });
    const { port } = first.gateway;
    await expect(start({ "a.yaml": "" }, { port })).rejects.toThrow(
      `port ${port} on 127.0.0.1 is in use; choose another one with --port`,
    );
    expect((await first.fetch("a.org", "/")).status).toBe(200);
  });

  test("that two want at once is served by one", async () => {
    const server = createServer();
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const started = await Promise.allSettled([start({ "a.yaml": "" }, { port }), start({ "a.yaml": "" }, { port })]);
    const running = started.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    const reasons = started.flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []));
    for (const dev of running) await dev[Symbol.asyncDispose]();
    expect(running).toHaveLength(1);
    expect(reasons).toEqual([expect.stringContaining(`port ${port} on 127.0.0.1 is in use`)]);
  });
});
