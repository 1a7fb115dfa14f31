// The transform that asc runs when it builds a plugin. It turns the output into a proxy-wasm module: it adds the callbacks,
// replaces imports that no host has by functions of the SDK, and removes what the plugin does not use.

import { removeAllocations } from "./abstract-classes.js";
import {
  ALWAYS,
  CALLBACKS,
  FEATURES,
  GETTERS,
  HOOKS,
  OPTIONAL,
  OWN_CALLBACKS,
  READERS,
  ROOT_USERS,
  ROOTS,
  STREAM_CALLBACKS,
  STREAM_HOOKS,
  STREAMS,
  TCP_HOOKS,
  USED,
} from "./callbacks.js";
import { storeElements } from "./array-literals.js";
import { checkConditions } from "./conditions.js";
import { ConfigClasses } from "./config/index.js";
import { noteEntries, restoreEntries } from "./entries.js";
import { failure } from "./failure.js";
import { HIGRESS, HOST, WASI } from "./imports.js";
import { limitInlining } from "./inlining.js";
import { checkConflicts, findOwnCallbacks, wrapCallback } from "./own-callbacks.js";
import { reportRewrites } from "./json-as.js";
import { skipConstants, skipLinks } from "./references.js";
import { MemberTable } from "./members.js";
import { CLEAN, heapBase, setGlobal } from "./memory.js";
import { improveMessages } from "./messages.js";
import { numbersOf, packTexts } from "./pack-texts.js";
import { parseNodes, sourceOf } from "./parse-nodes.js";
import { connectCollector, removeRuntime } from "./runtime.js";
import { fixStandardLibrary } from "./std-fixes.js";
import { Traps } from "./traps.js";
import { hasConfigurationFields, mayStoreContext } from "./stream-state.js";
import { BINDINGS, GLOBALS } from "./wiring.js";

const PACKAGE = "as-proxy-wasm-sdk";
const LIBRARY = `~lib/${PACKAGE}/`;
const SET_CTX = "assembly/wrapper/set-ctx/SetCtx<";
const SET_TCP_CTX = "assembly/wrapper/tcp/set-tcp-ctx/SetTcpCtx<";
/** The files of asc's standard library, which a package cannot have. */
const STANDARD = /^~lib\/(?:[^/]+|(?:bindings|rt|shared|util)\/.*)$/;
/** The property in which a program stores the file of its transform. */
const WORKER = Symbol.for(`${PACKAGE}/transform`);

/** A host call that a plugin names itself, instead of a function of the SDK. */
const HOST_CALL = /\bproxy_(?!on_|abi_version_)\w/;

/** A function of the build command that takes the schemas of the plugin's configuration. */
const SCHEMAS = Symbol.for(`${PACKAGE}/schemas`);
/** The options whose rules inherit from the global configuration. */
const INHERITING = /assembly\/wrapper\/override-options\//;

/** The word that a plugin writes to use a keeper of a callback: a function, a getter, a method of `ctx`, or a class. */
const NAMED = /(?:#get:|(?:BodyControl|HttpContext)#|\/(?!BodyControl#|HttpContext#))(\w+)[#<]?\w*<?$/;

/** Sets a constant of a source to false, or to another value, before anything is compiled. */
function setConstant(
  /** @type {any} */ parser,
  /** @type {string} */ path,
  /** @type {string} */ name,
  /** @type {string} */ value = "false",
) {
  const source = sourceOf(parser, path);
  const declarations = source?.statements.flatMap((/** @type {any} */ it) => it.declarations ?? []) ?? [];
  const constant = declarations.find((/** @type {any} */ it) => it.name.text === name);
  if (!constant) return;
  const [statement] = parseNodes(parser, `const ${name} = ${value};`, `~${name}.ts`);
  constant.initializer = statement.declarations[0].initializer;
}

/** asc adds its `program`, `binaryen`, `stderr` and more to the prototype, which asc's types do not declare. */
export default class ProxyWasmTransform {
  /** @type {any[]} the sources of the entry files */
  entries = [];
  /** @type {any[]} the callbacks that the entry files export themselves */
  ownCallbacks = [];
  traps = new Traps();
  configClasses = new ConfigClasses();
  /** The plugin reads its configuration. */
  readsConfiguration = true;
  /** The configuration may have rules. */
  hasRules = true;
  /** The paths of the files of the plugin and of the packages that it uses, without `.ts`. @type {string[]} */
  paths = [];

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
    fixStandardLibrary(parser);
    // Functions that no source of the plugin names are not compiled at all. Removing them later would leave their string
    // constants in the module.
    const sources = parser.sources.filter(
      (/** @type {any} */ { normalizedPath: path }) => !path.startsWith(LIBRARY) && !STANDARD.test(path),
    );
    this.paths = sources.map((/** @type {any} */ it) => it.internalPath);
    const isNamed = (/** @type {string} */ keeper) => {
      const word = /** @type {string} */ (NAMED.exec(keeper)?.[1]);
      return sources.some((/** @type {any} */ it) => it.text.includes(word));
    };
    const isOwn = (/** @type {string} */ name) => sources.some((/** @type {any} */ it) => it.text.includes(name));
    // `"use": ["RULES=0"]` in asconfig.json.
    const aliases = /** @type {any} */ (this).program.options.globalAliases;
    this.configClasses.add(parser);
    this.readsConfiguration = READERS.some(isNamed) || this.configClasses.marked.length > 0;
    this.hasRules = (aliases?.get("RULES") ?? (this.readsConfiguration ? "1" : "0")) !== "0";
    if (this.hasRules) this.readsConfiguration = true;
    const callbacks = Object.entries(CALLBACKS)
      .filter(([callback]) => !(callback in OPTIONAL) || !isOwn(callback))
      .filter(([callback, keepers]) => this.isAlways(callback) || keepers.some(isNamed))
      .map(([callback]) => callback);
    const wiring = new Set([...Object.values(GLOBALS), ...Object.values(BINDINGS)].map(([file]) => file));
    const entry = [
      `import "${PACKAGE}";`,
      ...[...wiring].map((file) => `import "${PACKAGE}/${file}";`),
      `export { ${callbacks.join(", ")} } from "${PACKAGE}/assembly/abi/exports";`,
      `export { unpackTexts } from "${PACKAGE}/assembly/abi/packed-texts";`,
      `import "${PACKAGE}/assembly/runtime/collector";`,
    ];
    parser.parseFile(entry.join("\n"), "~proxy-wasm.ts", true);

    // If the plugin does not import the SDK, the parser has none of these files, and `setConstant` does nothing.
    for (const { file, constant, functions } of FEATURES) {
      if (!functions.some(isNamed)) setConstant(parser, LIBRARY + file, constant);
    }
    const features = `${LIBRARY}assembly/abi/features.ts`;
    if (!this.readsConfiguration) setConstant(parser, features, "CONFIGURATION");
    if (!this.hasRules) setConstant(parser, features, "RULES");
    if (sources.some((/** @type {any} */ it) => HOST_CALL.test(it.text))) setConstant(parser, features, "WRITES_WAIT");
    // `"use": ["HIGRESS_CALLS=0"]` in asconfig.json.
    if (aliases?.get("HIGRESS_CALLS") === "0") setConstant(parser, features, "HIGRESS_CALLS");
    setConstant(parser, features, "KEYS_IN_CONSTANTS", "true");
    removeRuntime(parser);
    reportRewrites(parser);
    if (this.isOptimized) setConstant(parser, "~lib/rt/common.ts", "DEBUG");
  }

  /** The memory's checks of itself cost a kilobyte and time per allocation. Only builds that are not optimized keep them. */
  get isOptimized() {
    const { optimizeLevelHint, shrinkLevelHint } = /** @type {any} */ (this).program.options;
    return optimizeLevelHint > 0 || shrinkLevelHint > 0;
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
    if (!program.filesByName.has("~lib/rt/tcms"))
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
    connectCollector(program, LIBRARY);
    if (this.isOptimized) setConstant(program.parser, `${LIBRARY}assembly/runtime/object.ts`, "ASSERTIONS");
    const classes = this.configClasses.describe(program);
    if (classes) {
      const file = `${LIBRARY}assembly/config/table.ts`;
      setConstant(program.parser, file, "TABLE", `"${classes.table}"`);
      for (const part of classes.unused) setConstant(program.parser, file, part);
    }
    improveMessages(program.diagnostics);
    this.traps.watch(program.resolver);
    this.ownCallbacks = findOwnCallbacks(program, this.entries, LIBRARY);
    // Write 0 as the allocator's header of each constant. The allocator never reads it, because constants are never
    // freed. This saves 7 bytes per constant. assembly/proxywasm/header-key.ts keeps the key of a literal there.
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
    for (const source of this.traps.sources) checkConditions(this.program, source, this.traps.found);
    limitInlining(this.program);
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
    const entry = isTcp ? "SetTcpCtx" : isPlugin ? "SetCtx" : "";
    checkConflicts(written, isUsed, entry, (callback) => this.isAlways(callback));
    const wrong = isPlugin && (isTcp ? STREAM_HOOKS : TCP_HOOKS).find(isUsed);
    if (wrong) {
      const hook = /(\w+)<$/.exec(wrong)?.[1];
      throw failure(`${hook} needs ${isTcp ? "SetCtx" : "SetTcpCtx"}: the hook would never run`);
    }
    for (const name of written) wrapCallback(binaryen, module, LIBRARY, name);
    const needed = new Set(own);
    for (const [callback, keepers] of Object.entries(CALLBACKS)) {
      if (this.isAlways(callback) || keepers.some(isUsed)) needed.add(callback);
    }
    // A plugin for TCP chooses no rule by a request.
    if (isTcp && !own.includes("proxy_on_request_headers")) needed.delete("proxy_on_request_headers");
    const usesRoots = own.length > 0 || ROOT_USERS.some(isUsed);
    const roots = usesRoots || this.readsConfiguration || hasConfigurationFields(this.program, LIBRARY);
    const callbacks = STREAM_CALLBACKS.filter((callback) => needed.has(callback));
    const streams = usesRoots || callbacks.length > 1 || mayStoreContext(this.program, LIBRARY);
    if (!roots) needed.delete("proxy_on_context_create");
    if (!roots && !streams) needed.delete("proxy_on_delete");
    for (const callback of Object.keys(CALLBACKS)) {
      if (!needed.has(callback)) module.removeExport(callback); // does nothing if it is not exported
    }
    // As a constant, so that the optimiser removes the code for getters that the plugin does not use.
    const getters = GETTERS.reduce((bits, getter, i) => bits | (isUsed(getter) ? 1 << i : 0), 0);
    const used = getters | (own.length > 0 ? OWN_CALLBACKS : 0) | (roots ? ROOTS : 0) | (streams ? STREAMS : 0);
    setGlobal(binaryen, module, LIBRARY + USED, used);
    const inherits = compiled.some((name) => INHERITING.test(name));
    const schemas = this.configClasses.schemas(this.program, LIBRARY, inherits);
    const take = /** @type {any} */ (globalThis)[SCHEMAS];
    if (schemas && take) take(schemas);
    removeAllocations(binaryen, module, this.program.managedClasses.values());
    skipLinks(binaryen, module);
    storeElements(binaryen, module);
    skipConstants(binaryen, module);
    const classes = [...this.program.managedClasses.values()];
    const members = new MemberTable(binaryen, module, classes, `${LIBRARY}assembly/runtime/members`);
    const heap = heapBase(binaryen, module);
    const numbers = numbersOf(module, this.paths);
    module.runPasses(CLEAN);
    members.write();
    packTexts(binaryen, module, heap, numbers, `${LIBRARY}assembly/abi/packed-texts/unpackTexts`);
    module.removeExport("unpackTexts");

    const imports = functions()
      .filter((it) => it.base)
      .map((it) => `${it.module}.${it.base}`);
    const unknown = imports.filter((name) => !HOST.has(name) && !HIGRESS.has(name) && !WASI.has(name));
    if (unknown.length) throw failure(`the plugin imports ${unknown.join(", ")}, which no proxy-wasm host provides`);
    const higress = imports.filter((name) => HIGRESS.has(name));
    if (higress.length) stderr.write(`${PACKAGE}: runs on Higress only, since it imports ${higress.join(", ")}\n`);
  }

  /** Whether the plugin exports a callback whatever functions it uses. */
  isAlways(/** @type {string} */ callback) {
    return ALWAYS.includes(callback) || (callback === "proxy_on_request_headers" && this.hasRules);
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
