#!/usr/bin/env node
import { main } from "./main.js";

// A reader such as `head` closes the pipe when it has read enough. The command then ends without an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});
process.exitCode = await main(process.argv.slice(2));
