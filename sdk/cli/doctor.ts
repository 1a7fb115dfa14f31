import type { Command } from "./command.js";
import { UsageError } from "./usage-error.js";

/** `as-proxy-wasm doctor`: says what is missing. */
export const doctor: Command = {
  usage: "doctor [FOLDER] [--json]",
  about: "says what is missing on this machine and in the plugin's folder, and what mends it",
  help: `Checks Node.js, the plugin's folder with its packages, a real Envoy, and the tools that some commands need. Each line that is not
"ok" ends with the command that mends it. The exit code is 1 if a check fails; warnings do not count.

  FOLDER                the folder of the plugin; the current folder by default
  --json                prints the checks as JSON

Example:
  npx as-proxy-wasm doctor`,
  options: { json: { type: "boolean" } },
  positionals: "folder",

  async run(positionals, values) {
    const [folder = ".", ...more] = positionals;
    if (more.length > 0)
      throw new UsageError(`expected one folder, got ${positionals.length}: ${positionals.join(" ")}`);
    const { examine, printChecks } = await import("./doctor-checks.js");
    const checks = await examine(folder);
    if (values["json"] === true) console.log(JSON.stringify(checks, null, 2));
    else printChecks(checks);
    return checks.some(({ result }) => result === "fail") ? 1 : 0;
  },
};
