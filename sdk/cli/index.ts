#!/usr/bin/env node
import { main } from "./main.js";

// A reader that has enough, such as `head`, closes the pipe: that is no mistake.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});
process.exitCode = await main(process.argv.slice(2));
