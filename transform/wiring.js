// The SDK's replacements for functions that asc would import from a browser-like `env`, which no proxy-wasm host has.
// Left: the internal name of asc's element; right: file and name in the SDK.

/** @type {Record<string, [file: string, name: string]>} global names */
export const GLOBALS = {
  abort: ["assembly/abi/replacements", "abort"],
  seed: ["assembly/abi/replacements", "seed"],
  trace: ["assembly/abi/replacements", "trace"],
};

/** @type {Record<string, [file: string, name: string]>} members of the library's bindings: namespace.member */
export const BINDINGS = {
  "Date.now": ["assembly/abi/replacements", "dateNow"],
  "performance.now": ["assembly/abi/replacements", "performanceNow"],
  "crypto.getRandomValuesN": ["assembly/abi/replacements", "randomBytes"],
  "console.assert": ["assembly/abi/replacements-console", "assert"],
  "console.log": ["assembly/abi/replacements-console", "log"],
  "console.debug": ["assembly/abi/replacements-console", "debug"],
  "console.info": ["assembly/abi/replacements-console", "info"],
  "console.warn": ["assembly/abi/replacements-console", "warn"],
  "console.error": ["assembly/abi/replacements-console", "error"],
  "console.time": ["assembly/abi/replacements-console", "time"],
  "console.timeLog": ["assembly/abi/replacements-console", "timeLog"],
  "console.timeEnd": ["assembly/abi/replacements-console", "timeEnd"],
};
