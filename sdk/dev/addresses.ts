import { isIP } from "node:net";

/** An address that the command line gives to a service. */
export interface ServiceAddress {
  namespace: string;
  service: string;
  /** The port of the service; undefined for all its ports. */
  port?: number;
  target: Address;
}

/** An address that the command line gives to a cluster. */
export interface ClusterAddress {
  cluster: string;
  target: Address;
}

/** The address of a server. */
export interface Address {
  /** A host name, or an IP address without brackets. */
  host: string;
  port: number;
  /** The server speaks HTTP/2 without TLS. */
  http2: boolean;
}

/**
 * Reads the value of `--service`.
 *
 * @throws Error that names the flag and the expected form
 * @example
 * parseService("default/foo:80=127.0.0.1:3000");
 */
export function parseService(text: string): ServiceAddress {
  const shape = "expected [NAMESPACE/]SERVICE[:PORT]=HOST:PORT, such as default/foo=127.0.0.1:3000";
  const [, namespace = "default", service, port, address] =
    /^(?:([a-z0-9-]+)\/)?([a-z0-9.-]+)(?::(\d+))?=(.*)$/.exec(text) ?? [];
  if (service === undefined || (port !== undefined && !isPort(port))) throw new Error(`--service ${text}: ${shape}`);
  const target = parseAddress(address!, `--service ${text}`);
  return { namespace, service, ...(port === undefined ? {} : { port: Number(port) }), target };
}

/**
 * Reads the value of `--cluster`, which gives an address to a cluster by its whole name.
 *
 * @throws Error that names the flag and the expected form
 * @example
 * parseCluster("outbound|443||auth.dns=127.0.0.1:3000");
 */
export function parseCluster(text: string): ClusterAddress {
  const at = text.lastIndexOf("=");
  if (at <= 0) {
    throw new Error(`--cluster ${text}: expected NAME=HOST:PORT, such as "outbound|80||auth.dns=127.0.0.1:3000"`);
  }
  return { cluster: text.slice(0, at), target: parseAddress(text.slice(at + 1), `--cluster ${text}`) };
}

function parseAddress(text: string, label: string): Address {
  const expected = `${label}: expected HOST:PORT, http://HOST:PORT or h2c://HOST:PORT after the "=", got "${text}"`;
  const [, scheme = "http", authority] = /^(?:(http|h2c):\/\/)?([^/?#@]+)\/?$/.exec(text) ?? [];
  const [, host, port] = /^(\[[^\]]+\]|[^:[\]]+):(\d+)$/.exec(authority ?? "") ?? [];
  const name = host?.replace(/^\[|\]$/g, "");
  if (name === undefined || !isPort(port!) || (host!.startsWith("[") && isIP(name) !== 6)) throw new Error(expected);
  return { host: name, port: Number(port), http2: scheme === "h2c" };
}

function isPort(text: string): boolean {
  return Number(text) >= 1 && Number(text) <= 65535;
}
