/** Creates an error that asc prints without a JavaScript stack. */
export function failure(/** @type {string} */ text) {
  const error = new Error(text);
  error.stack = `as-proxy-wasm-sdk: ${text}`;
  return error;
}
