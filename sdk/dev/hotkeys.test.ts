import { PassThrough } from "node:stream";
import type { ReadStream } from "node:tty";
import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { hotkeyText, listenForKeys, type Hotkey } from "./hotkeys.js";

test("a key that fails is reported, and the next key works", async () => {
  const events: string[] = [];
  const keys: Hotkey[] = [
    { key: "a", about: "one", run: () => Promise.reject(new Error("no response")) },
    {
      key: "b",
      about: "two",
      run() {
        throw new Error("broken");
      },
    },
    { key: "c", about: "three", run: () => void events.push("c") },
  ];
  // A terminal, as far as keys are concerned.
  const input = Object.assign(new PassThrough(), { setRawMode: (isRaw: boolean) => void events.push(`raw ${isRaw}`) });
  const release = listenForKeys(input as unknown as ReadStream, keys, ({ about }, error) =>
    events.push(`${about}: ${(error as Error).message}`),
  );
  input.write("abxC");
  await turn();
  expect(events.sort()).toEqual(["c", "one: no response", "raw true", "two: broken"]);
  release();
  input.write("c");
  await turn();
  expect(events.slice(4)).toEqual(["raw false"]);
  expect(hotkeyText(keys)).toBe("a one · b two · c three");
});
