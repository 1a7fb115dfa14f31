/**
 * The source that asc has parsed from a file; undefined if asc has not parsed the file.
 *
 * @param {any} parser asc's parser
 * @param {string} path the path without the folder of the project: `~lib/string.ts`
 */
export function sourceOf(parser, path) {
  return parser.sources.find((/** @type {any} */ it) => it.normalizedPath === path);
}

/**
 * Parses a text of AssemblyScript for its nodes, which become part of another source. The emptied source stays in the parser,
 * because asc looks up the source of each node, for source maps among others.
 *
 * @param {any} parser asc's parser
 * @param {string} text
 * @param {string} path a path that no other source has
 * @returns {any[]} the statements
 */
export function parseNodes(parser, text, path) {
  parser.parseFile(text, path, false);
  const source = parser.sources.at(-1);
  const { statements } = source;
  source.statements = [];
  return statements;
}
