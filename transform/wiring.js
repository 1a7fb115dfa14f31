// The SDK's replacements for functions that asc would import from a browser-like `env`, which no proxy-wasm host has.
// Left: the internal name of asc's element; right: file and name in the SDK.

/** @type {Record<string, [file: string, name: string]>} global names */
export const GLOBALS = {
  abort: ["assembly/abi/hooks", "abort"],
  seed: ["assembly/abi/hooks", "seed"],
  trace: ["assembly/abi/hooks", "trace"],
};

/** @type {Record<string, [file: string, name: string]>} members of the library's bindings: namespace.member */
export const BINDINGS = {
  "Date.now": ["assembly/abi/hooks", "dateNow"],
  "performance.now": ["assembly/abi/hooks", "performanceNow"],
  "crypto.getRandomValuesN": ["assembly/abi/hooks", "randomBytes"],
  "console.assert": ["assembly/abi/hooks-console", "assert"],
  "console.log": ["assembly/abi/hooks-console", "log"],
  "console.debug": ["assembly/abi/hooks-console", "debug"],
  "console.info": ["assembly/abi/hooks-console", "info"],
  "console.warn": ["assembly/abi/hooks-console", "warn"],
  "console.error": ["assembly/abi/hooks-console", "error"],
  "console.time": ["assembly/abi/hooks-console", "time"],
  "console.timeLog": ["assembly/abi/hooks-console", "timeLog"],
  "console.timeEnd": ["assembly/abi/hooks-console", "timeEnd"],
};
