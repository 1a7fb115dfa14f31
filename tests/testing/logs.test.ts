import { expect, test } from "vitest";
import { startPlugin } from "../../sdk/testing/index.js";
import { buildPlugin } from "../support/build.js";

test("the log of the package works at the top level, in a parser and in a hook without a log", async () => {
  const wasm = await buildPlugin("tests/plugins/logs");
  const plugin = await startPlugin({ wasm, config: { _plugin_id_: "7" }, logLevel: "info" });
  await plugin.fetch("/", { headers: { "x-request-id": "r" } });
  expect(plugin.logs.map(({ level, text }) => `${level} ${text}`)).toEqual([
    "info at the top level",
    "info 2|logs|7|nil|parsing",
    "info 2|logs|7|nil|plugin start successfully",
    "info 2|logs|7|r|c",
    "warn 3|logs|7|r|d",
    "error 4|logs|7|r|e",
    "critical 5|logs|7|r|f",
    // Within a logger, the default format.
    "info inner",
    "info 2|logs|7|r|within",
    "info 2|logs|7|r|debug is off",
    "error 4|logs|7|r|response not sent: status 999 is not one of 200 to 599",
  ]);
});
