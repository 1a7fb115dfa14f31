// Starts compiler-process.ts from its sources, as the tests of this package do. The published package has no such file.

import { register } from "tsx/esm/api";

const unregister = register();
await import("./compiler-process.ts");
// The loader would take ten seconds for the compiler.
await unregister();
