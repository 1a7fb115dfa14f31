import type { Session } from "./session.js";
import { toBuffer, toLatin1 } from "./message/text.js";

/**
 * The values that the workers of a gateway share, by key. The plugin uses them with `getSharedData` and
 * `setSharedData`.
 *
 * @example
 * plugin.sharedData.set("blocked", "1"); // as another worker would
 * expect(plugin.sharedData.get("count")).toBe("3");
 */
export class TestSharedData {
  readonly #session: Session;

  /** @internal */
  constructor(session: Session) {
    this.#session = session;
  }

  /** A value as text; undefined when the key has no value. */
  get(key: string): string | undefined {
    return this.bytes(key)?.toString("utf8");
  }

  /** A value as bytes; undefined when the key has no value. */
  bytes(key: string): Buffer | undefined {
    return this.#session.sharedData.get(this.#vmId, toLatin1(key))?.bytes;
  }

  /** Sets a value, or replaces the previous one. */
  set(key: string, value: string | Uint8Array): void {
    this.#session.sharedData.set(this.#vmId, toLatin1(key), toBuffer(value), 0);
  }

  get #vmId(): string {
    return this.#session.options.vm?.id ?? "";
  }
}
