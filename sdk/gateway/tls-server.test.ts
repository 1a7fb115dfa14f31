import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { CERTIFICATE } from "../../tests/host/certificates.js";
import { TlsServer } from "./tls-server.js";

test("a client that never completes the handshake is disconnected after the time limit", async () => {
  const tls = new TlsServer(CERTIFICATE, 20);
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket) => {
    tls.accept(socket, () => expect.unreachable());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  client.resume();
  await once(client, "close");
  // All connections have ended.
  await new Promise((resolve) => server.close(resolve));
});
