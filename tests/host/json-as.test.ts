import { expect, test } from "vitest";
import { startPlugin } from "../../sdk/testing/index.js";
import { buildPlugin } from "../support/build.js";

test("objects of a configuration keep what json-as writes into them", async () => {
  const plugin = await startPlugin({ wasm: await buildPlugin("tests/plugins/rewrites") });
  for (let request = 0; request < 500; request++) {
    const number = request - (request % 50) + 1;
    expect((await plugin.fetch("/")).body).toBe(
      `path ${number}, name ${number}, tag ${number},b; last ${number}; {"b":["first","second"]}third`,
    );
  }
});
