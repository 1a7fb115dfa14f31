#!/usr/bin/env node
// The command of the package `create-as-proxy-wasm`, which npm runs for `npm create as-proxy-wasm`.
import { parseCommandLine } from "./command-line.js";
import { npmCreate } from "./create.js";
import { failed } from "./failure.js";
import { GLOBAL_HELP, GLOBAL_OPTIONS, takeGlobalOptions } from "./global-options.js";

const USAGE = `Usage: npm create ${npmCreate.usage}`;

const { args, isVerbose } = takeGlobalOptions(process.argv.slice(2));
try {
  const { positionals, values } = parseCommandLine(args, { ...npmCreate.options, ...GLOBAL_OPTIONS });
  if (values["help"] === true) console.log(`${USAGE}\n\n${npmCreate.help}\n\n${GLOBAL_HELP}`);
  else await npmCreate.run(positionals, values);
} catch (error) {
  process.exitCode = failed("create-as-proxy-wasm", error, isVerbose, USAGE);
}
