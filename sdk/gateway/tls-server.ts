import { X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import { createSecureContext, TLSSocket, type SecureContext } from "node:tls";
import type { TlsSpec } from "../spec/gateway-spec.js";
import type { TlsInfo } from "../host/index.js";

/** How long a client may take for the handshake. */
const HANDSHAKE_MS = 10_000;

/** The gateway's side of TLS connections. A client chooses HTTP/2 or HTTP/1.1 by ALPN. */
export class TlsServer {
  private readonly context: SecureContext;
  private readonly certificate: Omit<TlsInfo, "version">;

  /** @throws Error for a certificate or a key that OpenSSL does not accept */
  constructor(
    readonly spec: TlsSpec,
    private readonly handshakeMs = HANDSHAKE_MS,
  ) {
    this.context = createSecureContext({ cert: spec.certificate, key: spec.key });
    this.certificate = factsOf(new X509Certificate(spec.certificate));
  }

  /**
   * Secures a client's connection. The returned socket closes when the handshake fails or takes too long.
   *
   * @param secured called after the handshake
   */
  accept(socket: Socket, secured: (info: TlsInfo) => void): TLSSocket {
    const { context: secureContext } = this;
    const tls = new TLSSocket(socket, { isServer: true, secureContext, ALPNProtocols: ["h2", "http/1.1"] });
    const timer = setTimeout(() => tls.destroy(), this.handshakeMs);
    socket.on("error", () => {});
    tls.on("error", () => {});
    tls.on("close", () => clearTimeout(timer));
    tls.once("secure", () => {
      clearTimeout(timer);
      secured({ ...this.certificate, version: tls.getProtocol() ?? "" });
    });
    return tls;
  }
}

function factsOf({ subject, subjectAltName = "" }: X509Certificate): Omit<TlsInfo, "version"> {
  const names = subjectAltName.split(", ");
  const first = (kind: string) => names.find((one) => one.startsWith(kind))?.slice(kind.length);
  const [dnsName, uri] = [first("DNS:"), first("URI:")];
  return {
    // RFC 2253 begins with the last part.
    subject: (subject ?? "").split("\n").reverse().map(escaped).join(","),
    ...(dnsName === undefined ? {} : { dnsName }),
    ...(uri === undefined ? {} : { uri }),
  };
}

/** A part of a subject as RFC 2253 writes it. */
function escaped(part: string): string {
  const [type, ...value] = part.split("=");
  return `${type}=${value.join("=").replace(/[,+"\\<>;]/g, "\\$&")}`;
}
