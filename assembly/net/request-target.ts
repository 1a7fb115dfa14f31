/**
 * The path of a request without its query, still encoded. `decodePath` decodes the path.
 *
 * @param target the value of `:path`, as `ctx.path` returns it
 *
 * @example
 * ```ts
 * if (pathOf(ctx.path) == "/healthz") ctx.sendResponse(200, [], "ok");
 * ```
 */
export function pathOf(target: string): string {
  const end = target.indexOf("?");
  return end < 0 ? target : target.substring(0, end);
}

/**
 * The query of a request without its `?`, still encoded; "" if the request has none. `Query` reads the parameters.
 *
 * @param target the value of `:path`, as `ctx.path` returns it
 *
 * @example
 * ```ts
 * const version = Query.parse(queryOf(ctx.path)).get("version");
 * ```
 */
export function queryOf(target: string): string {
  const mark = target.indexOf("?");
  return mark < 0 ? "" : target.substring(mark + 1);
}

/**
 * Makes the value of `:path` from a path and a query, without a `?` if the query is "".
 *
 * @param path the encoded path
 * @param query the encoded query, without its `?`
 *
 * @example
 * ```ts
 * const query = Query.parse(queryOf(ctx.path));
 * query.delete("debug");
 * ctx.requestHeaders.set(":path", targetOf(pathOf(ctx.path), query.toString()));
 * ```
 */
export function targetOf(path: string, query: string): string {
  return query.length == 0 ? path : path + "?" + query;
}
