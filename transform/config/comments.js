// Doc comments. asc's syntax tree has no comments, so they are read from the text of the source.

/**
 * The doc comment of a declaration.
 *
 * @param {any} node a declaration of asc's syntax tree
 * @param {number} from where the text before the declaration begins: the end of the sibling before it, or of the `{`
 * @returns {{ description: string, tags: { name: string, text: string }[] }}
 */
export function docOf(node, from) {
  const start = Math.min(node.range.start, ...(node.decorators ?? []).map((/** @type {any} */ it) => it.range.start));
  const before = node.range.source.text.slice(from, start);
  // Only the modifiers and decorators of the declaration may stand after its comment.
  const comment = /\/\*\*((?:(?!\*\/)[^])*)\*\/[^/]*$/.exec(before)?.[1] ?? "";
  const lines = comment.split("\n").map((line) => line.replace(/^\s*\*? ?/, "").trimEnd());
  const text = lines.join("\n").trim();
  // A tag begins a line, or follows white space: `/** Requests. @minimum 1 @maximum 5 */`.
  const parts = text.split(/(?:^|\s)(?=@[a-zA-Z][\w.-]*)/);
  const description = text.startsWith("@") ? "" : (parts.shift() ?? "").replace(/\s*\n\s*/g, " ").trim();
  const tags = parts
    .filter((part) => part.startsWith("@"))
    .map((part) => {
      const [, name = "", value = ""] = /^@([\w.-]+)\s*([^]*)$/.exec(part) ?? [];
      return { name, text: value.trim() };
    });
  return { description, tags };
}
