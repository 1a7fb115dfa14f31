// The files that asc was told to compile. Another transform may take one for a library's: json-as does so with any source
// named `assembly/index`. Then asc compiles nothing of it, and no hook is registered.

// SourceKind.UserEntry of asc.
const USER_ENTRY = 1;

/**
 * Notes which sources are entry files, from before the first one is parsed.
 *
 * @param {any} parser asc's parser
 * @returns {any[]} the sources, as they come
 */
export function noteEntries(parser) {
  /** @type {any[]} */
  const entries = [];
  const parseFile = parser.parseFile;
  parser.parseFile = (/** @type {any} */ text, /** @type {string} */ path, /** @type {boolean} */ isEntry) => {
    const before = parser.sources.length;
    parseFile.call(parser, text, path, isEntry);
    // asc's runtime is one, too, and what this transform adds.
    if (isEntry && !path.startsWith("~")) entries.push(...parser.sources.slice(before));
  };
  return entries;
}

/** Makes entry files what they were, whatever another transform has made of them. */
export function restoreEntries(/** @type {any[]} */ entries) {
  for (const source of entries) source.sourceKind = USER_ENTRY;
}
