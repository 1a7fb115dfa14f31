import type { ReadStream } from "node:tty";

/** A key, and what it does. */
export interface Hotkey {
  key: string;
  /** Such as "rebuild". */
  about: string;
  run(): void | Promise<void>;
}

/**
 * Listens for single keys on a terminal. Ctrl-C still sends SIGINT to this process.
 *
 * @param onError called when a key fails
 * @returns a function that gives the terminal back
 */
export function listenForKeys(
  input: ReadStream,
  keys: readonly Hotkey[],
  onError: (key: Hotkey, error: unknown) => void,
): () => void {
  const press = async (key: Hotkey) => key.run();
  const onData = (chunk: Buffer) => {
    for (const character of chunk.toString("utf8").toLowerCase()) {
      // In raw mode, the terminal does not turn Ctrl-C into a signal.
      if (character === "\u0003" || character === "\u0004") process.kill(process.pid, "SIGINT");
      const pressed = keys.find(({ key }) => key === character);
      if (pressed) press(pressed).catch((error: unknown) => onError(pressed, error));
    }
  };
  input.setRawMode(true);
  input.on("data", onData);
  input.resume();
  return () => {
    input.off("data", onData);
    input.setRawMode(false);
    input.pause();
  };
}

/** The list of keys, such as "r rebuild · q quit". */
export function hotkeyText(keys: readonly Hotkey[]): string {
  return keys.map(({ key, about }) => `${key} ${about}`).join(" · ");
}
