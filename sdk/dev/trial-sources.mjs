// Starts trial-worker.ts from its sources, as the tests of this package do. The published package has no such file.

import { register } from "tsx/esm/api";

register();
await import("./trial-worker.ts");
