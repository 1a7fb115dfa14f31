import { X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import type { TlsSpec } from "../spec/gateway-spec.js";
import type { TlsInfo } from "../host/index.js";

/** How long a client may take for the handshake. */
const HANDSHAKE_MS = 10_000;

type Secured = (socket: TLSSocket, info: TlsInfo) => void;

/** The gateway's side of TLS connections. A client chooses HTTP/2 or HTTP/1.1 by ALPN. */
export class TlsServer {
  private readonly server: Server;
  /** Connections in their handshake, by the addresses of both ends. */
  private readonly waiting = new Map<string, Secured>();

  /** @throws Error for a certificate or a key that OpenSSL does not accept */
  constructor({ certificate, key }: TlsSpec, handshakeMs = HANDSHAKE_MS) {
    const facts = factsOf(new X509Certificate(certificate));
    const options = { ALPNProtocols: ["h2", "http/1.1"], handshakeTimeout: handshakeMs };
    this.server = createServer({ cert: certificate, key, ...options }, (socket) => {
      const secured = this.waiting.get(endsOf(socket));
      this.waiting.delete(endsOf(socket));
      if (secured) secured(socket, { ...facts, version: socket.getProtocol() ?? "" });
      else socket.destroy();
    });
    this.server.on("tlsClientError", (_, socket) => socket.destroy());
  }

  /**
   * Secures a client's connection. Closes the connection when the handshake fails or takes too long.
   *
   * @param secured called after the handshake
   */
  accept(socket: Socket, secured: Secured): void {
    const ends = endsOf(socket);
    this.waiting.set(ends, secured);
    socket.once("close", () => this.waiting.delete(ends));
    // A client that disconnects during the handshake is gone at once.
    socket.allowHalfOpen = false;
    this.server.emit("connection", socket);
  }
}

function endsOf({ remoteAddress, remotePort, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localPort}`;
}

function factsOf({ subject, subjectAltName = "" }: X509Certificate): Omit<TlsInfo, "version"> {
  const names = subjectAltName.split(", ");
  const first = (kind: string) => names.find((one) => one.startsWith(kind))?.slice(kind.length);
  const [dnsName, uri] = [first("DNS:"), first("URI:")];
  return {
    // RFC 2253 begins with the last part.
    subject: (subject ?? "").split("\n").reverse().join(","),
    ...(dnsName === undefined ? {} : { dnsName }),
    ...(uri === undefined ? {} : { uri }),
  };
}
