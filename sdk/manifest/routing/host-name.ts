import type { Field } from "./field.js";

const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const HOST = new RegExp(`^(\\*\\.)?${LABEL}(\\.${LABEL})*$`);
const MOST = 253;

/** Throws a ManifestError when a host is neither a host name in lower case nor a wildcard such as "*.example.com". */
export function checkHost(field: Field, host: string): void {
  const suggestion = hint(host);
  if (!HOST.test(host) || host.length > MOST || suggestion !== undefined) {
    const expected = `expected a host name in lower case, such as "foo.example" or "*.example", got "${host}"`;
    throw field.error(`${expected}${suggestion === undefined ? "" : `; ${suggestion}`}`);
  }
}

function hint(host: string): string | undefined {
  if (host === "*") return "leave the host out for any host";
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return "an address is no host name";
  if (/^[^:]+:\d+$/.test(host)) return "leave out the port";
  return /[A-Z]/.test(host) ? `write "${host.toLowerCase()}"` : undefined;
}
