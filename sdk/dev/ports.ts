import { once } from "node:events";
import { createServer } from "node:net";
import type { DevOptions } from "./options.js";

/**
 * Checks the ports of the command line before the first build. Envoy would share a port with another Envoy.
 *
 * @throws Error when a port is in use
 */
export async function assertPortsFree({ port, tcp }: Pick<DevOptions, "port" | "tcp">): Promise<void> {
  await assertFree(port, "--port");
  for (const one of tcp) await assertFree(one.port, "--tcp");
}

async function assertFree(port: number, option: string): Promise<void> {
  const server = createServer();
  try {
    await once(server.listen(port, "127.0.0.1"), "listening");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === "EADDRINUSE" ? "is in use" : `cannot be used (${message})`;
    throw new Error(`port ${port} on 127.0.0.1 ${why}; choose another one with ${option}`, { cause: error });
  }
  await new Promise((resolve) => server.close(resolve));
}
