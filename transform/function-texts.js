/**
 * The functions of a module, each with its name and its text in the WebAssembly text format.
 *
 * @param {any} module
 * @returns {{ name: string, text: string }[]}
 */
export function functionTexts(module) {
  const texts = module.emitText().split("\n (func ").slice(1);
  return texts.map((/** @type {string} */ text) => ({ name: /^\$(\S+)/.exec(text)?.[1] ?? "", text }));
}
