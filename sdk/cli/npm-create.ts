#!/usr/bin/env node
// The command of the package `create-as-proxy-wasm`, which npm runs for `npm create as-proxy-wasm`.
import { npmCreate } from "./create.js";
import { runCommand } from "./run-command.js";

process.exitCode = await runCommand("npm create", npmCreate, process.argv.slice(2));
