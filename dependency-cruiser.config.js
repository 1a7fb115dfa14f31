// The rules behind "Where things are" in CONTRIBUTING.md: no circle of imports, and folders import only downwards.
// Imports of types count.

/** Stands for the files of a folder itself, without its subfolders. */
const OWN_FILES = "*";

/**
 * The entries of a folder in layers, from top to bottom. A file may import from its own layer and from the layers
 * below. Entries that share a layer may import each other.
 */
const LAYERS = {
  sdk: [
    "cli",
    "create",
    "dev",
    "testing",
    "oci",
    "build",
    "gateway",
    "envoy",
    "host",
    "manifest",
    "backtrace",
    "wasm-file",
    "terminal",
    "spec",
    "options",
  ],
  "sdk/gateway": [[OWN_FILES, "http2"], "http1"],
  "sdk/host": [
    "index.ts",
    "plugin",
    "stream",
    "vm",
    "module",
    "imports",
    "host-context.ts",
    "calls",
    "services",
    "properties",
    "shared",
    "message",
    ["byte-string.ts", "guest-memory.ts"],
    "abi.ts",
  ],
  "sdk/host/properties": ["cel", OWN_FILES],
  "sdk/testing": ["index.ts", "matchers", OWN_FILES, ["grpc", "redis"], "upstreams", "timeline", "message"],
  assembly: [
    "client",
    "wrapper",
    "context",
    "proxywasm",
    "config",
    ["crypto", "json", "net", "text", "time", "total"],
    "abi",
    "runtime",
  ],
};

/** A regular expression for the paths of some entries of a folder. */
function pathOf(folder, entries) {
  const alternatives = entries.map((entry) => {
    if (entry === OWN_FILES) return "[^/]+$";
    return entry.endsWith(".ts") ? `${entry.replaceAll(".", "\\.")}$` : `${entry}/`;
  });
  return `^${folder}/(?:${alternatives.join("|")})`;
}

/** Forbids imports from each layer of a folder to the layers above it. */
function onlyDownwards([folder, layers]) {
  return layers.slice(1).map((layer, index) => {
    const above = layers.slice(0, index + 1).flat();
    const from = [layer].flat();
    const exact = above.filter((entry) => entry.endsWith(".ts"));
    return {
      name: `${folder}: ${from.join(", ")}`,
      comment: `${folder} is layered ${layers.map((one) => [one].flat().join(" = ")).join(" > ")}`,
      severity: "error",
      from: { path: pathOf(folder, from), pathNot: exact.length > 0 ? pathOf(folder, exact) : undefined },
      to: { path: pathOf(folder, above), pathNot: above.includes(OWN_FILES) ? pathOf(folder, from) : undefined },
    };
  });
}

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    // The parts of `Json`, one class, call each other.
    { name: "no circle", severity: "error", from: { pathNot: "^assembly/json/" }, to: { circular: true } },
    { name: "assembly is alone", severity: "error", from: { path: "^assembly/" }, to: { pathNot: "^assembly/" } },
    {
      name: "sdk without assembly",
      severity: "error",
      from: { path: "^sdk/" },
      to: { path: "^(assembly|transform)/" },
    },
    { name: "imports exist", severity: "error", from: {}, to: { couldNotResolve: true } },
    ...Object.entries(LAYERS).flatMap(onlyDownwards),
  ],
  options: {
    // So that imports of types count.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.node.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
    doNotFollow: { path: "node_modules" },
    exclude: { path: "\\.test\\.ts$" },
  },
};
