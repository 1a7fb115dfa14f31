import type { Case } from "./cases.js";

/** Removes white space outside strings. */
function compact(text: string): string {
  return text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, "$1");
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether a path has brackets that are not closed, a multipath with something other than a path behind it, or a string
 * that is not JSON.
 */
function isMalformed(path: string): boolean {
  let depth = 0;
  for (let i = 0; i < path.length; i++) {
    const c = path.charAt(i);
    if (c === "\\") i++;
    else if (c === '"') {
      const from = i++;
      while (i < path.length && path[i] !== '"') i += path[i] === "\\" ? 2 : 1;
      if (!isJson(path.slice(from, i + 1))) return true;
    } else if ("([{".includes(c)) depth++;
    else if (")]}".includes(c) && --depth < 0) return true;
  }
  return depth !== 0 || /[\]}](?![.|,)\]}]|$)/.test(path);
}

/** Whether a path has a literal that is not JSON, or a string or number with something behind it. */
function hasOddLiteral(path: string): boolean {
  if (/!(?:"(?:[^"\\]|\\.)*"|[-+\d.eE]+)(?![,\]})]|$)/.test(path)) return true;
  return [...path.matchAll(/!(?=[[{])/g)].some(({ index }) => {
    let depth = 0;
    let i = index + 1;
    do depth += "[{(".includes(path.charAt(i)) ? 1 : "]})".includes(path.charAt(i)) ? -1 : 0;
    while (++i < path.length && depth > 0);
    return !isJson(path.slice(index + 1, i));
  });
}

/** Whether our result differs from Go's for another reason than those that docs/helpers.md lists. */
export function isDifferent({ op, json, path }: Case, actual: string | null, expected: string | null): boolean {
  if (actual === expected) return false;
  if (op === "set" && actual !== null && expected !== null && /\s/.test(json)) {
    // sjson drops white space around the elements of an array that it extends past its end, and around the text.
    return compact(actual) !== compact(expected);
  }
  if (op !== "query" || isMalformed(path) || hasOddLiteral(path)) return op !== "query";
  if (expected !== null && !isJson(expected)) return false;
  // gjson searches the text of a string for JSON.
  if (/@tostr./.test(path) || /@pretty.*@tostr/.test(path)) return false;
  if (path.includes("@pretty") && actual !== null && expected !== null) {
    // The line feed that tidwall/pretty adds, and its order of members with equal keys.
    const plain = (text: string): string => compact(text).replaceAll(/\\+n/g, "");
    const order = (text: string): string => (path.includes("sortKeys") ? [...text].sort().join("") : text);
    return order(plain(actual)) !== order(plain(expected));
  }
  return true;
}
