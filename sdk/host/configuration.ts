/**
 * A configuration as a plugin gets it: a text or bytes as they are, the rest as JSON text, nothing as no bytes.
 *
 * @example
 * configurationBytes({ allow: ["mia"] }).toString(); // '{"allow":["mia"]}'
 */
export function configurationBytes(configuration: unknown): Buffer {
  if (configuration === undefined) return Buffer.alloc(0);
  if (configuration instanceof Uint8Array) return Buffer.from(configuration);
  return Buffer.from(typeof configuration === "string" ? configuration : JSON.stringify(configuration));
}
