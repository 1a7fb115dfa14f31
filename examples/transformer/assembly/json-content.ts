import { encodeText, Json, JsonEditor, JsonWriter, prettyJson } from "as-proxy-wasm-sdk";
import { Content, Message } from "./message";
import { Entry, Operation, Step, Strategy } from "./steps";
import { jsonText } from "./typed-value";

/** A JSON body. Names are paths: those of gjson to read, those of sjson to write. */
export class JsonContent extends Content {
  private edit: JsonEditor;

  /** @param arrived the body as it arrived; `map` reads it like this, as in the Go plugin, whatever the rules change */
  constructor(private arrived: Json) {
    super();
    this.edit = JsonEditor.parseBytes(arrived.bytes());
  }

  change(steps: Step[], message: Message): Error | null {
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i];
      for (let j = 0; j < step.entries.length; j++) this.changeOne(step, step.entries[j], message);
    }
    return this.edit.error;
  }

  bytes(): ArrayBuffer {
    return encodeText(prettyJson(this.edit.json()));
  }

  values(key: string): string[] | null {
    const text = this.arrived.query(key).string();
    return text == "" ? null : [text];
  }

  json(key: string): Json {
    return this.arrived.query(key);
  }

  private changeOne(step: Step, entry: Entry, message: Message): void {
    const key = entry.key;
    switch (step.operation) {
      case Operation.Remove:
        this.edit.delete(key);
        return;
      case Operation.Rename: {
        const found = this.find(key);
        if (!found.exists()) return;
        this.put(entry.target, found);
        this.edit.delete(key);
        return;
      }
      case Operation.Replace:
        this.put(key, valueOf(entry, message));
        return;
      case Operation.Add:
        if (!this.find(key).exists()) this.put(key, valueOf(entry, message));
        return;
      case Operation.Append:
        this.append(key, valueOf(entry, message));
        return;
      case Operation.Map: {
        const source = message.json(step.source, key);
        if (source.exists()) this.put(entry.target, source);
        return;
      }
      case Operation.Dedupe:
        this.dedupe(key, entry.strategy);
    }
  }

  /** Appends to an array. Any other value becomes an array of this value and the new one. */
  private append(key: string, value: Json): void {
    const found = this.find(key);
    if (!found.exists()) this.put(key, value);
    else if (found.isNull()) this.put(key, arrayOf([found, value]));
    else this.put(key, arrayOf(found.array().concat([value])));
  }

  private dedupe(key: string, strategy: Strategy): void {
    const found = this.find(key);
    const elements = found.isArray() ? found.array() : [];
    if (elements.length == 0) return;
    const kept = deduped(elements, strategy);
    // As in the Go plugin, an array that would become null stays.
    if (!kept.isNull()) this.put(key, kept);
  }

  private find(path: string): Json {
    return this.edit.query(path);
  }

  private put(path: string, value: Json): void {
    const sorted = value.isObject() || value.isArray() ? value.query('@pretty:{"sortKeys":true}') : value;
    // As in sjson: such a path replaces what it finds, and creates nothing.
    if (selectsSeveral(path)) this.edit.replace<Json>(path, sorted);
    else this.edit.set<Json>(path, sorted);
  }
}

/** Whether a path has a character of gjson that the paths of sjson do not have. */
function selectsSeveral(path: string): bool {
  for (let i = 0; i < path.length; i++) {
    const c = path.charAt(i);
    if (c == "\\") i++;
    else if ("|#@*?".includes(c)) return true;
  }
  return false;
}

function valueOf(entry: Entry, message: Message): Json {
  const json = entry.json;
  return json !== null ? json : jsonText(entry.value.fill(message.host, message.path));
}

function arrayOf(elements: Json[]): Json {
  const array = new JsonWriter().beginArray();
  for (let i = 0; i < elements.length; i++) array.raw(elements[i]);
  return Json.parse(array.endArray().toString());
}

/** What is left of an array with at least one element: one value, or an array of several. */
function deduped(elements: Json[], strategy: Strategy): Json {
  const first = elements[0];
  switch (strategy) {
    case Strategy.Last:
      return elements[elements.length - 1];
    case Strategy.Unique: {
      const kept = unique(elements);
      return kept.length == 1 ? kept[0] : arrayOf(kept);
    }
    case Strategy.SplitFirst:
      return jsonText(first.string().split(",")[0]);
    case Strategy.SplitLast: {
      const pieces = first.string().split(",");
      return jsonText(pieces[pieces.length - 1]);
    }
    default:
      return first;
  }
}

/** The elements whose texts differ. As in the Go plugin, 1 and "1" are equal. */
function unique(elements: Json[]): Json[] {
  const seen = new Set<string>();
  const kept: Json[] = [];
  for (let i = 0; i < elements.length; i++) {
    const text = elements[i].string();
    if (seen.has(text)) continue;
    seen.add(text);
    kept.push(elements[i]);
  }
  return kept;
}
