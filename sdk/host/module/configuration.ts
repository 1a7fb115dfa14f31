/**
 * The bytes of a configuration for a plugin: text and bytes as they are, undefined as 0 bytes, any other value as JSON.
 *
 * @throws TypeError for a value that JSON cannot represent
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
 * @param what names the value in the error message
 * @throws TypeError for a value that JSON cannot represent, such as a function or a circular object
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
