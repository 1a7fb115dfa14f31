// What asc runs on a plugin's build. It makes a proxy-wasm module of it: adds the callbacks, wires the SDK's own
// functions in the place of imports that no host has, and drops what the plugin does not use.

import { createRequire } from "node:module";
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CALLBACKS, REQUEST_PARTS, USED_PARTS } from "./callbacks.js";
import { HIGRESS, HOST, WASI } from "./imports.js";
import { BINDINGS, GLOBALS } from "./wiring.js";

const PACKAGE = "as-proxy-wasm-sdk";
const LIBRARY = `~lib/${PACKAGE}/`;

// The compiler's own copy of binaryen: one beside this file would be another instance. A package that is linked sees
// its own node_modules only, so look from the compiler that runs, then from the project.
async function loadBinaryen() {
  for (const from of [process.argv[1] && realpathSync(process.argv[1]), join(process.cwd(), "index.js")]) {
    if (!from) continue;
    try {
      return (await import(pathToFileURL(createRequire(from).resolve("assemblyscript/lib/binaryen.js")).href)).default;
    } catch {
      // The next place may have it.
    }
  }
  throw failure("assemblyscript is not installed in this project: npm install --save-dev assemblyscript@~0.28.20");
}

/** An error that asc prints without a JavaScript stack. */
function failure(/** @type {string} */ text) {
  const error = new Error(text);
  error.stack = `${PACKAGE}: ${text}`;
  return error;
}

export default class ProxyWasmTransform {
  afterParse(parser) {
    const callbacks = Object.keys(CALLBACKS).join(", ");
    const wiring = new Set([...Object.values(GLOBALS), ...Object.values(BINDINGS)].map(([file]) => file));
    const entry = [
      `import "${PACKAGE}";`,
      ...[...wiring].map((file) => `import "${PACKAGE}/${file}";`),
      `export { ${callbacks} } from "${PACKAGE}/assembly/abi/exports";`,
    ];
    parser.parseFile(entry.join("\n"), "~proxy-wasm.ts", true);
  }

  afterInitialize(program) {
    const elements = program.elementsByName;
    const options = program.options;
    const element = (/** @type {string} */ name) => {
      const found = elements.get(name);
      if (!found) throw failure(`${name} was not found; this SDK works with assemblyscript ~0.28.20`);
      return found;
    };
    // Memory is collected between callbacks only, which the other runtimes do not allow.
    if (!elements.has("~lib/rt/tcms/total")) throw failure('"runtime" must be "minimal", as in the SDK\'s asconfig.json');
    if (options.exportStart !== "_initialize") {
      throw failure('"exportStart" must be "_initialize": a host call in the start section ends the proxy');
    }
    for (const [name, [file, member]] of Object.entries(GLOBALS)) elements.set(name, element(`${LIBRARY}${file}/${member}`));
    for (const [path, [file, member]] of Object.entries(BINDINGS)) {
      const [namespace, name] = path.split(".");
      element(`~lib/bindings/dom/${namespace}`).members.set(name, element(`${LIBRARY}${file}/${member}`));
    }
    const entry = program.filesByName.get(`${LIBRARY}assembly/abi/entry`);
    entry.members.set("heapBytes", element("~lib/rt/tcms/total"));
  }

  async afterCompile(module) {
    const binaryen = await loadBinaryen();
    const functions = () =>
      Array.from({ length: module.getNumFunctions() }, (_, i) => binaryen.getFunctionInfo(module.getFunctionByIndex(i)));

    const compiled = functions().map(({ name }) => name);
    const isUsed = (/** @type {string} */ name) =>
      compiled.some((it) => (name.endsWith("<") ? it.startsWith(LIBRARY + name) : it === LIBRARY + name));
    for (const [callback, keepers] of Object.entries(CALLBACKS)) {
      if (keepers !== "always" && !keepers.some(isUsed)) module.removeExport(callback);
    }
    // A constant, so that the optimiser drops what reads parts that nobody asks for.
    const parts = REQUEST_PARTS.reduce((bits, getter, i) => bits | (isUsed(getter) ? 1 << i : 0), 0);
    if (module.getGlobal(LIBRARY + USED_PARTS)) {
      module.removeGlobal(LIBRARY + USED_PARTS);
      module.addGlobal(LIBRARY + USED_PARTS, binaryen.i32, false, module.i32.const(parts));
    }
    module.runPasses(["remove-unused-module-elements"]);

    const imports = functions().filter((it) => it.base).map((it) => `${it.module}.${it.base}`);
    const unknown = imports.filter((name) => !HOST.has(name) && !HIGRESS.has(name) && !WASI.has(name));
    if (unknown.length) throw failure(`the plugin imports ${unknown.join(", ")}, which no proxy-wasm host provides`);
    const higress = imports.filter((name) => HIGRESS.has(name));
    if (higress.length) this.stderr.write(`${PACKAGE}: runs on Higress only, since it imports ${higress.join(", ")}\n`);
  }
}
