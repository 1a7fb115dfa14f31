import { OciError, shownText } from "./oci-error.js";

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "the host does not exist",
  EAI_AGAIN: "the name server does not respond",
  ECONNRESET: "the connection was closed",
  EPIPE: "the connection was closed",
  ETIMEDOUT: "the host does not respond",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
};

const CERTIFICATE = /^(CERT_|ERR_TLS_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA)/;

/** The hosts that errors of sockets come from. A redirect leads to another host than that of the registry. */
const HOSTS = new WeakMap<Error, string>();

/** Notes the host that an error of a socket comes from, for `withHost`. */
export function noteHost(error: Error, host: string): void {
  HOSTS.set(error, host);
}

/**
 * An error of a socket as a message about the host. Other errors stay as they are.
 *
 * @param registry the host that is named if no other was noted
 */
export function withHost(error: unknown, registry: string): unknown {
  if (!(error instanceof Error) || error instanceof OciError) return error;
  const host = HOSTS.get(error) ?? registry;
  const { code = "" } = error as NodeJS.ErrnoException;
  const options = { cause: error };
  if (CERTIFICATE.test(code)) {
    const reason = shownText(error.message);
    const hint = `--ca FILE names the authority, --insecure ${host} turns the check off`;
    return new OciError(`the certificate of ${host} cannot be verified: ${reason}; ${hint}`, options);
  }
  if (isTlsError(error))
    return new OciError(`${host} does not speak TLS; --insecure ${host} allows plain HTTP`, options);
  const reason = REASONS[code] ?? (code === "" ? undefined : `${code}: ${shownText(error.message)}`);
  return reason === undefined ? error : new OciError(`cannot talk to ${host}: ${reason}`, options);
}

/** Whether a server has responded to TLS with something else. */
export function isTlsError(error: unknown): boolean {
  const { code = "" } = error as NodeJS.ErrnoException;
  return code === "EPROTO" || code.startsWith("ERR_SSL_");
}
