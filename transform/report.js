/** DiagnosticCode of asc for a text of one's own. */
const OWN_TEXT = 102;

/**
 * Reports a text at a node of asc's syntax tree.
 *
 * @param {any} program asc's program
 * @param {any} node
 * @param {string} text
 * @param {"error" | "warning"} severity an error fails the build
 */
export function report(program, node, text, severity = "error") {
  program[severity](OWN_TEXT, node.range, text);
  program.diagnostics.at(-1).message = text; // asc begins the message with "User-defined: "
}
