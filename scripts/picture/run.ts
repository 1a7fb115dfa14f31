// Draws the README's picture from the output of a test that fails: `npm run picture`.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../sdk/envoy/index.js";
import { ansiToSvg } from "./ansi-to-svg.js";
import { failuresOf, PICTURE, PICTURED, pictured } from "./failing-test.js";

const title = "A failing test in vitest: the message lists what happened in the gateway, in order";
writeFileSync(join(packageRoot(), PICTURE), ansiToSvg(pictured(failuresOf(PICTURED)), title));
console.log(`wrote ${PICTURE}`);
