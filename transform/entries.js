// The entry files of the compilation. Another transform may mark an entry file as a library: json-as does so for any source
// named `assembly/index`. asc then does not compile the file, and no hook is registered.

// SourceKind.UserEntry of asc.
const USER_ENTRY = 1;

/**
 * Records which sources are entry files. Call it before the first file is parsed.
 *
 * @param {any} parser asc's parser
 * @returns {any[]} the sources of entry files; the array grows while asc parses
 */
export function noteEntries(parser) {
  /** @type {any[]} */
  const entries = [];
  const parseFile = parser.parseFile;
  parser.parseFile = (/** @type {any} */ text, /** @type {string} */ path, /** @type {boolean} */ isEntry) => {
    const before = parser.sources.length;
    parseFile.call(parser, text, path, isEntry);
    // asc's runtime and the file that this transform adds are entry files too, but not the plugin's.
    if (isEntry && !path.startsWith("~")) entries.push(...parser.sources.slice(before));
  };
  return entries;
}

/** Marks the sources as entry files again, in case another transform has changed them. */
export function restoreEntries(/** @type {any[]} */ entries) {
  for (const source of entries) source.sourceKind = USER_ENTRY;
}
