import { describeEnvoy } from "../envoy/find.js";
import { installEnvoy } from "../envoy/install.js";

// npm run envoy:install [version]
try {
  const [version, ...rest] = process.argv.slice(2);
  if (rest.length > 0) throw new Error(`one version at a time, please: "${rest.join(" ")}" is too much`);
  console.log(describeEnvoy(await installEnvoy({ ...(version ? { version } : {}), say: (line) => console.log(line) })));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
