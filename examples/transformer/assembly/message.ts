import { atOr, Json, JsonWriter, MediaType } from "as-proxy-wasm-sdk";
import { Kind, Step } from "./steps";
import { Values } from "./values";

/** The body of a message, read by its content type. */
export abstract class Content {
  /** Runs rules. After an error the content must not be written. */
  abstract change(steps: Step[], message: Message): Error | null;
  abstract bytes(): ArrayBuffer;
  /** The values of a field that `map` writes into headers, a query or a form; null if there is no such field. */
  abstract values(key: string): string[] | null;
  /** The value that `map` writes into a JSON body; missing if there is none. */
  abstract json(key: string): Json;
}

/** A request or a response while its rules run. */
export class Message {
  /** The parameters of the query; a response has none. */
  querys: Values = new Values();
  /** The body; null if the message has none, or if the body cannot be read. */
  content: Content | null = null;
  readonly type: MediaType;

  constructor(
    /** The host and the path of the request, as they reached the plugin. */
    readonly host: string,
    readonly path: string,
    readonly headers: Values,
  ) {
    const types = headers.get("content-type");
    this.type = MediaType.parse(types === null ? "" : atOr(types, 0, ""));
  }

  /** The values that `map` finds; null if it finds none. */
  values(source: Kind, key: string): string[] | null {
    if (source == Kind.Headers) return this.headers.get(key);
    if (source == Kind.Querys) return this.querys.get(key);
    const content = this.content;
    return content === null ? null : content.values(key);
  }

  /** The value that `map` finds, for a JSON body; missing if it finds none. */
  json(source: Kind, key: string): Json {
    const content = this.content;
    if (source == Kind.Body && content !== null) return content.json(key);
    const values = this.values(source, key);
    return values === null ? Json.missing() : listOf(values);
  }
}

/** Texts as a JSON array. */
export function listOf(values: string[]): Json {
  const list = new JsonWriter().beginArray();
  for (let i = 0; i < values.length; i++) list.string(values[i]);
  return Json.parse(list.endArray().toString());
}
