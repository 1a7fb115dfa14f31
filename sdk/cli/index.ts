#!/usr/bin/env node
import { printFailure } from "./failure.js";
import { PROGRAM } from "./help.js";
import { main } from "./main.js";

// A reader such as `head` closes the pipe when it has read enough. The command then ends without an error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });
}
const fail = (error: unknown) => {
  printFailure(PROGRAM, error, process.argv.includes("--verbose"));
  process.exit(1);
};
process.on("uncaughtException", fail).on("unhandledRejection", fail);
process.exitCode = await main(process.argv.slice(2));
