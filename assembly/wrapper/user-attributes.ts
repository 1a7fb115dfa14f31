import { LogLevel } from "../abi/enums";
import { encodeUtf8 } from "../abi/utf8";
import { Json, JsonWriter, quote } from "../json";
import { valueBytes } from "../json/edit/value-bytes";
import { byteOrder } from "../json/sorted-keys";
import { report } from "../proxywasm/log";
import { readProperty, writeProperty } from "../proxywasm/property";
import { quoted } from "../text/quoted";
import { BodyControl } from "./body-control";
import { escapeHtml } from "./escape-html";

/** The key of the attributes among the values of a stream. */
// @ts-ignore: decorator
@lazy const ATTRIBUTES = "\0attributes";

/** Values of a request that go to the access log and to the trace. */
export abstract class UserAttributes extends BodyControl {
  /**
   * Sets an attribute of this request, for `writeUserAttributeToLog` and `writeUserAttributeToTrace`.
   *
   * @param value a text, a number, a bool, or a JSON value; a missing JSON value, NaN and infinities become null
   *
   * @example
   * ```ts
   * ctx.setUserAttribute("model", "qwen-turbo");
   * ctx.setUserAttribute("tokens", 42);
   * ctx.setUserAttribute("usage", Json.parse('{"input":30,"output":12}'));
   * ctx.writeUserAttributeToLog();
   * ```
   */
  setUserAttribute<T>(key: string, value: T): void {
    this.attributes().set(key, valueBytes<T>(value));
  }

  /** Returns an attribute that `setUserAttribute` set, as JSON; a missing value if the plugin has not set the attribute. */
  getUserAttribute(key: string): Json {
    const attributes = this.attributes();
    return attributes.has(key) ? jsonOf(attributes.get(key)) : Json.missing();
  }

  /**
   * Replaces all attributes of this request by the members of a JSON object.
   *
   * @returns null, or an error if the value is no object: then nothing changes
   *
   * @example
   * ```ts
   * const error = ctx.setUserAttributeMap(Json.parse(body.text()).get("usage"));
   * if (error !== null) log.debug(error.message);
   * ```
   */
  setUserAttributeMap(values: Json): Error | null {
    if (!values.isObject()) return new Error("attributes: expected a JSON object");
    const attributes = new Map<string, ArrayBuffer>();
    addMembers(attributes, values);
    this.set<Map<string, ArrayBuffer>>(ATTRIBUTES, attributes);
    return null;
  }

  /** Returns all attributes of this request as a JSON object, with its keys in order. */
  getUserAttributeMap(): Json {
    return Json.parse(objectOf(this.attributes()));
  }

  /**
   * Writes the attributes of this request to the property `custom_log`, which the access log of Higress prints; see
   * `writeUserAttributeToLogWithKey`.
   *
   * @returns null, or an error, which is also logged
   */
  writeUserAttributeToLog(): Error | null {
    return this.writeUserAttributeToLogWithKey("custom_log");
  }

  /**
   * Writes the attributes of this request to a property for access logs: `custom_log` and `ai_log` on Higress. On Envoy a
   * property `x` appears in access logs as `%FILTER_STATE(wasm.x:PLAIN)%`. All plugins of a request share the property: it
   * holds one JSON object, to which each plugin adds its attributes. The object is escaped like the inside of a JSON string,
   * because access logs put it between quotes. Its keys are in order, and `<`, `>` and `&` are escaped, as in Go.
   *
   * @param key the name of the property
   * @returns null, or an error, which is also logged. A value of the property that is no such object is replaced, with a
   * warning.
   */
  writeUserAttributeToLogWithKey(key: string): Error | null {
    const all = new Map<string, ArrayBuffer>();
    const before = readProperty(this.id, [key]).string();
    if (before.length > 0) {
      // The escaped text between quotes is a JSON string. Its text is the object.
      const old = Json.parse(Json.parse('"' + before + '"').string());
      if (old.isObject()) addMembers(all, old);
      else {
        report(LogLevel.Warn, "property " + quoted(key) + " is overwritten: expected an escaped JSON object");
      }
    }
    const attributes = this.attributes();
    const keys = attributes.keys();
    for (let i = 0; i < keys.length; i++) all.set(keys[i], attributes.get(keys[i]));
    const text = quote(escapeHtml(objectOf(all)));
    return writeProperty(this.id, [key], text.substring(1, text.length - 1));
  }

  /**
   * Adds the attributes of this request to the current span of its trace, as tags: each attribute `x` becomes a property
   * `trace_span_tag.x`. Only Higress makes tags of them. Texts are written without quotes. An attribute with the text "" is
   * left out, with a warning.
   *
   * @returns null, or the last error; each is also logged
   */
  writeUserAttributeToTrace(): Error | null {
    const attributes = this.attributes();
    const keys = attributes.keys();
    let error: Error | null = null;
    for (let i = 0; i < keys.length; i++) {
      const text = jsonOf(attributes.get(keys[i])).string();
      if (text.length == 0) {
        report(LogLevel.Warn, "attribute " + quoted(keys[i]) + " is not written to the trace: it is empty");
        continue;
      }
      const failed = writeProperty(this.id, ["trace_span_tag." + keys[i]], text);
      if (failed !== null) error = failed;
    }
    return error;
  }

  private attributes(): Map<string, ArrayBuffer> {
    let attributes = this.get<Map<string, ArrayBuffer>>(ATTRIBUTES);
    if (attributes === null) {
      attributes = new Map<string, ArrayBuffer>();
      this.set<Map<string, ArrayBuffer>>(ATTRIBUTES, attributes);
    }
    return attributes;
  }
}

/** The JSON value with these bytes; null without bytes. `valueBytes` returns no bytes for a number that JSON lacks. */
function jsonOf(bytes: ArrayBuffer): Json {
  return bytes.byteLength == 0 ? Json.parse("null") : Json.parseBytes(bytes);
}

/** Adds the members of a JSON object, as JSON by key. Of equal keys the last counts. */
function addMembers(attributes: Map<string, ArrayBuffer>, object: Json): void {
  const entries = object.entries();
  for (let i = 0; i < entries.length; i++) {
    attributes.set(entries[i].key, entries[i].value.bytes());
  }
}

/** The JSON object of some attributes, with its keys in the order of their bytes. */
function objectOf(attributes: Map<string, ArrayBuffer>): string {
  const keys = attributes.keys().sort((a, b) => byteOrder(encodeUtf8(a), encodeUtf8(b)));
  const writer = new JsonWriter().beginObject();
  for (let i = 0; i < keys.length; i++) writer.key(keys[i]).raw(jsonOf(attributes.get(keys[i])));
  return writer.toString();
}
