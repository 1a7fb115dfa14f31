// The transform that asc runs when it builds a plugin. It turns the output into a proxy-wasm module: it adds the callbacks,
// replaces imports that no host has by functions of the SDK, and removes what the plugin does not use.

import { removeAllocations } from "./abstract-classes.js";
import {
  CALLBACKS,
  FEATURES,
  GETTERS,
  HOOKS,
  OPTIONAL,
  OWN_CALLBACKS,
  STREAM_HOOKS,
  TCP_HOOKS,
  USED,
} from "./callbacks.js";
import { noteEntries, restoreEntries } from "./entries.js";
import { failure } from "./failure.js";
import { HIGRESS, HOST, WASI } from "./imports.js";
import { checkConflicts, findOwnCallbacks, wrapCallback } from "./own-callbacks.js";
import { improveMessages } from "./messages.js";
import { Traps } from "./traps.js";
import { BINDINGS, GLOBALS } from "./wiring.js";

const PACKAGE = "as-proxy-wasm-sdk";
const LIBRARY = `~lib/${PACKAGE}/`;
const SET_CTX = "assembly/wrapper/set-ctx/SetCtx<";
const SET_TCP_CTX = "assembly/wrapper/tcp/set-tcp-ctx/SetTcpCtx<";
/** The property in which a program stores the file of its transform. */
const WORKER = Symbol.for(`${PACKAGE}/transform`);

/** The word that a plugin writes to use a keeper of a callback: a function, a getter, a method of `ctx`, or a class. */
const NAMED = /(?:#get:|(?:BodyControl|HttpContext)#|\/(?!BodyControl#|HttpContext#))(\w+)[#<]?\w*<?$/;

/** Sets a constant of a source to false, before anything is compiled. */
function setFalse(/** @type {any} */ parser, /** @type {string} */ path, /** @type {string} */ name) {
  const source = parser.sources.find((/** @type {any} */ it) => it.normalizedPath === path);
  const declarations = source?.statements.flatMap((/** @type {any} */ it) => it.declarations ?? []) ?? [];
  const constant = declarations.find((/** @type {any} */ it) => it.name.text === name);
  if (!constant) return;
  parser.parseFile(`const ${name} = false;`, `~${name}.ts`, false);
  const other = parser.sources.at(-1);
  constant.initializer = other.statements[0].declarations[0].initializer;
  other.statements = [];
}

/** asc adds its `program`, `binaryen`, `stderr` and more to the prototype, which asc's types do not declare. */
export default class ProxyWasmTransform {
  /** @type {any[]} the sources of the entry files */
  entries = [];
  /** @type {any[]} the callbacks that the entry files export themselves */
  ownCallbacks = [];
  traps = new Traps();

  constructor() {
    const { program } = /** @type {any} */ (this);
    const earlier = program[WORKER];
    if (earlier !== undefined && earlier !== import.meta.url) {
      throw failure(`two copies of the transform are in use: ${earlier} and ${import.meta.url}`);
    }
    // The transform is named twice, for instance in a plugin's asconfig.json and in the file that it extends.
    if (earlier !== undefined) return /** @type {any} */ ({});
    program[WORKER] = import.meta.url;
    this.entries = noteEntries(program.parser);
  }

  /** @param {any} parser asc's parser, which can still parse more files */
  afterParse(parser) {
    // Functions that no source of the plugin names are not compiled at all. Removing them later would leave their string
    // constants in the module.
    const sources = parser.sources.filter((/** @type {any} */ it) => !it.normalizedPath.startsWith(LIBRARY));
    const isNamed = (/** @type {string} */ keeper) => {
      const word = /** @type {string} */ (NAMED.exec(keeper)?.[1]);
      return sources.some((/** @type {any} */ it) => it.text.includes(word));
    };
    const isOwn = (/** @type {string} */ name) => sources.some((/** @type {any} */ it) => it.text.includes(name));
    const callbacks = Object.entries(CALLBACKS)
      .filter(([callback]) => !OPTIONAL.includes(callback) || !isOwn(callback))
      .filter(([, keepers]) => keepers === "always" || keepers.some(isNamed))
      .map(([callback]) => callback);
    const wiring = new Set([...Object.values(GLOBALS), ...Object.values(BINDINGS)].map(([file]) => file));
    const entry = [
      `import "${PACKAGE}";`,
      ...[...wiring].map((file) => `import "${PACKAGE}/${file}";`),
      `export { ${callbacks.join(", ")} } from "${PACKAGE}/assembly/abi/exports";`,
    ];
    parser.parseFile(entry.join("\n"), "~proxy-wasm.ts", true);

    // If the plugin does not import the SDK, the parser has none of these files, and `setFalse` does nothing.
    for (const { file, constant, functions } of FEATURES) {
      if (!functions.some(isNamed)) setFalse(parser, LIBRARY + file, constant);
    }
    // `"use": ["HIGRESS_CALLS=0"]` in asconfig.json.
    const aliases = /** @type {any} */ (this).program.options.globalAliases;
    if (aliases?.get("HIGRESS_CALLS") === "0") setFalse(parser, `${LIBRARY}assembly/abi/features.ts`, "HIGRESS_CALLS");
    // asc's runtime has checks of itself, which cost half a kilobyte and some time per allocation. Only debug builds keep
    // them.
    if (!(/** @type {any} */ (this).program.options.debugInfo)) setFalse(parser, "~lib/rt/common.ts", "DEBUG");
  }

  /** @param {any} program asc's program, with all elements by name and nothing compiled */
  afterInitialize(program) {
    restoreEntries(this.entries);
    const elements = program.elementsByName;
    const options = program.options;
    const element = (/** @type {string} */ name) => {
      const found = elements.get(name);
      if (!found) throw failure(`${name} was not found; this SDK works with assemblyscript ~0.28.20`);
      return found;
    };
    // The SDK runs the garbage collector only between callbacks, which is possible only with the minimal runtime.
    if (!elements.has("~lib/rt/tcms/total"))
      throw failure('"runtime" must be "minimal", as in the SDK\'s asconfig.json');
    if (options.exportStart !== "_initialize") {
      throw failure('"exportStart" must be "_initialize": a host call in the start section crashes the gateway');
    }
    for (const [name, [file, member]] of Object.entries(GLOBALS))
      elements.set(name, element(`${LIBRARY}${file}/${member}`));
    for (const [path, [file, member]] of Object.entries(BINDINGS)) {
      const [namespace, name] = path.split(".");
      element(`~lib/bindings/dom/${namespace}`).members.set(name, element(`${LIBRARY}${file}/${member}`));
    }
    const entry = program.filesByName.get(`${LIBRARY}assembly/abi/entry`);
    entry.members.set("heapBytes", element("~lib/rt/tcms/total"));
    improveMessages(program.diagnostics);
    this.traps.watch(program.resolver);
    this.ownCallbacks = findOwnCallbacks(program, this.entries, LIBRARY);
    // Write 0 as the allocator's header of each constant. The allocator never reads it, because constants are never
    // freed. This saves 7 bytes per constant.
    const header = program.OBJECTInstance;
    const write = header.writeField;
    header.writeField = (/** @type {any[]} */ ...args) => (args[0] === "mmInfo" ? 0 : write.apply(header, args));
  }

  /**
   * @this {any}
   * @param {any} module binaryen's module, not yet optimised
   */
  afterCompile(module) {
    const { binaryen, stderr } = this;
    this.traps.warn(this.program);
    const functions = () =>
      Array.from({ length: module.getNumFunctions() }, (_, i) =>
        binaryen.getFunctionInfo(module.getFunctionByIndex(i)),
      );

    const compiled = functions().map(({ name }) => name);
    const isUsed = (/** @type {string} */ name) =>
      compiled.some((it) => (name.endsWith("<") ? it.startsWith(LIBRARY + name) : it === LIBRARY + name));
    const exported = /** @type {{ name: string, isSdk: boolean }[]} */ (this.ownCallbacks);
    const own = exported.map(({ name }) => name);
    const written = exported.filter(({ isSdk }) => !isSdk).map(({ name }) => name);
    const isTcp = isUsed(SET_TCP_CTX);
    const isPlugin = isTcp || isUsed(SET_CTX);
    if (!HOOKS.some(isUsed) && own.length === 0) throw failure(this.whyNothingRuns(isPlugin));
    checkConflicts(written, isUsed, isPlugin);
    const wrong = isPlugin && (isTcp ? STREAM_HOOKS : TCP_HOOKS).find(isUsed);
    if (wrong) {
      const hook = /(\w+)<$/.exec(wrong)?.[1];
      throw failure(`${hook} needs ${isTcp ? "SetCtx" : "SetTcpCtx"}: the hook would never run`);
    }
    for (const name of written) wrapCallback(binaryen, module, LIBRARY, name);
    for (const [callback, keepers] of Object.entries(CALLBACKS)) {
      if (keepers === "always" || keepers.some(isUsed) || own.includes(callback)) continue;
      module.removeExport(callback); // does nothing if it is not exported
    }
    // As a constant, so that the optimiser removes the code for getters that the plugin does not use.
    const getters = GETTERS.reduce((bits, getter, i) => bits | (isUsed(getter) ? 1 << i : 0), 0);
    const used = own.length > 0 ? getters | OWN_CALLBACKS : getters;
    if (module.getGlobal(LIBRARY + USED)) {
      module.removeGlobal(LIBRARY + USED);
      module.addGlobal(LIBRARY + USED, binaryen.i32, false, module.i32.const(used));
    }
    removeAllocations(binaryen, module, this.program.managedClasses.values());
    module.runPasses(["remove-unused-module-elements"]);

    const imports = functions()
      .filter((it) => it.base)
      .map((it) => `${it.module}.${it.base}`);
    const unknown = imports.filter((name) => !HOST.has(name) && !HIGRESS.has(name) && !WASI.has(name));
    if (unknown.length) throw failure(`the plugin imports ${unknown.join(", ")}, which no proxy-wasm host provides`);
    const higress = imports.filter((name) => HIGRESS.has(name));
    if (higress.length) stderr.write(`${PACKAGE}: runs on Higress only, since it imports ${higress.join(", ")}\n`);
  }

  /** The reason why no code of the plugin would run. */
  whyNothingRuns(/** @type {boolean} */ callsSetCtx) {
    if (callsSetCtx) return "SetCtx registers no hook, such as ProcessRequestHeadersBy: the plugin would do nothing";
    const { sources } = /** @type {any} */ (this).program;
    const callers = sources.filter(
      (/** @type {any} */ it) => !it.normalizedPath.startsWith("~") && /\bSet(?:Tcp)?Ctx\b/.test(it.text),
    );
    const files = this.entries.map((/** @type {any} */ it) => it.normalizedPath).join(", ");
    const where = `the entry file (${files}), or of a file that the entry file imports`;
    if (callers.length === 0) return `no plugin: SetCtx is not called; call it at the top level of ${where}`;
    const found = callers.map((/** @type {any} */ it) => it.normalizedPath).join(", ");
    return `no plugin: SetCtx is named in ${found}, but no call of SetCtx is reached; call it at the top level of ${where}`;
  }
}
