import { byteString } from "../byte-string.js";
import { doubleField, lengthField, varintField } from "./protobuf.js";
import { Message, ValueList, ValueMap, type Value } from "./values.js";

/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = Readonly<Record<string, Json>>;

/** Metadata of a route, a cluster or a request: an object for each name. */
export type Metadata = Readonly<Record<string, JsonObject>>;

/** The identity that the gateway reports to its control plane. */
export interface Node {
  id: string;
  cluster: string;
  metadata?: JsonObject;
}

/** `envoy.config.core.v3.Metadata`. */
export function metadataMessage(metadata: Metadata = {}): Message {
  const entries = Object.entries(metadata);
  return new Message(
    {
      filter_metadata: ValueMap.of(Object.fromEntries(entries.map(([name, one]) => [byteString(name), valueOf(one)]))),
      typed_filter_metadata: ValueMap.of({}),
    },
    () => Buffer.concat(entries.map(([name, one]) => mapEntry(1, name, structBytes(one)))),
  );
}

/** `envoy.config.core.v3.Node`, with the fields that this host has. */
export function nodeMessage({ id, cluster, metadata = {} }: Node): Message {
  return new Message({ id: valueOf(id), cluster: valueOf(cluster), metadata: valueOf(metadata) }, () => {
    const struct = structBytes(metadata);
    return Buffer.concat([lengthField(1, id), lengthField(2, cluster), lengthField(3, struct)]);
  });
}

/** A message without any field set. */
export const EMPTY_MESSAGE = new Message({}, () => Buffer.alloc(0));

function valueOf(json: Json): Value {
  if (typeof json === "string") return byteString(json);
  if (json === null || typeof json !== "object") return json;
  if (isList(json)) return new ValueList(json.map(valueOf));
  return ValueMap.of(Object.fromEntries(Object.entries(json).map(([key, one]) => [byteString(key), valueOf(one)])));
}

function isList(json: readonly Json[] | JsonObject): json is readonly Json[] {
  return Array.isArray(json);
}

/** `google.protobuf.Struct`. */
function structBytes(fields: JsonObject): Buffer {
  return Buffer.concat(Object.entries(fields).map(([key, one]) => mapEntry(1, key, valueBytes(one))));
}

/** `google.protobuf.Value`. */
function valueBytes(json: Json): Buffer {
  if (json === null) return varintField(1, 0);
  if (typeof json === "number") return doubleField(2, json);
  if (typeof json === "string") return lengthField(3, json, true);
  if (typeof json === "boolean") return varintField(4, json ? 1 : 0);
  if (!isList(json)) return lengthField(5, structBytes(json), true);
  return lengthField(6, Buffer.concat(json.map((one) => lengthField(1, valueBytes(one), true))), true);
}

function mapEntry(number: number, key: string, value: Buffer): Buffer {
  return lengthField(number, Buffer.concat([lengthField(1, key, true), lengthField(2, value, true)]), true);
}
