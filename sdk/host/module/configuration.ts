/**
 * A configuration as a plugin gets it: a text or bytes as they are, the rest as JSON text, nothing as no bytes.
 *
 * @throws TypeError for what JSON cannot hold
 * @example
 * configurationBytes({ allow: ["mia"] }).toString(); // '{"allow":["mia"]}'
 */
export function configurationBytes(configuration: unknown): Buffer {
  if (configuration === undefined) return Buffer.alloc(0);
  if (configuration instanceof Uint8Array) return Buffer.from(configuration);
  return Buffer.from(typeof configuration === "string" ? configuration : jsonText(configuration, "configuration"));
}

/**
 * A value as JSON.
 *
 * @param what the value is, for the message
 * @throws TypeError for what JSON cannot hold, such as functions and circles
 */
export function jsonText(value: unknown, what: string): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw new TypeError(`${what}: ${(error as Error).message}`, { cause: error });
  }
  if (text === undefined) throw new TypeError(`${what}: JSON has no ${typeof value}`);
  return text;
}
