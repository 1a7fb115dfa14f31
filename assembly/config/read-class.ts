import { Json } from "../json";
import { Checker } from "./checker";
import { classAt } from "./descriptor";
import { Place, Problems } from "./problems";
import { fill } from "./reader";

/**
 * Reads a JSON value into an object of a class that is marked with `@config`. The configuration of a plugin needs no call:
 * the SDK reads it. `readConfig` is for other JSON, such as the body of a response.
 *
 * @param json The value; a missing value counts as an object without fields.
 * @param object The object. Absent fields keep their values. Nothing is set if a field is wrong.
 * @returns Null, or one error with all mistakes: `rate: expected integer from 1 to 100, got 0; name: required, but absent`.
 * @example
 * ```ts
 * @config
 * class Quota {
 *   limit: u32 = 10;
 * }
 *
 * function readQuota(body: Body): u32 {
 *   const quota = new Quota();
 *   const error = readConfig<Quota>(Json.parse(body.text()), quota); // {"limit":5}
 *   return error === null ? quota.limit : 0;
 * }
 * ```
 */
export function readConfig<T>(json: Json, object: T): Error | null {
  const error = json.error;
  if (error !== null) return error;
  // @ts-ignore: the transform adds the method to marked classes
  if (isDefined(object.__configIndex)) return readClass<T>(json, object, false).error;
  WARNING("readConfig: the class is not marked with @config");
  return new Error("the class is not marked with @config");
}

/**
 * Reads a configuration into an object of a class that is marked with `@config`. Nothing is set if a field is wrong.
 *
 * @param json The configuration; a missing value counts as an object without fields.
 * @param object The object.
 * @param inherits Whether the object has the values of another configuration, so that required fields may be absent.
 * @returns The errors and the warnings about the configuration.
 */
export function readClass<T>(json: Json, object: T, inherits: bool): Problems {
  const problems = new Problems();
  const place = new Place(null);
  // @ts-ignore: the transform adds the method to the class
  const type = classAt(object.__configIndex());
  new Checker(problems, inherits).instance(json, type, place);
  if (!problems.hasErrors) fill<T>(object, problems, json, place);
  return problems;
}
