import { equalsIgnoreCase, isFieldValue, Json, Log, lowerAscii, Regex } from "as-proxy-wasm-sdk";
import { faultOfHeader } from "./header-names";
import { Entry, Kind, Operation, Step, Steps, Strategy } from "./steps";
import { Template } from "./template";
import { typedValue } from "./typed-value";

/** In the order of `Kind`. */
const KINDS = ["headers", "querys", "body"];
const SOURCES = ["headers", "querys", "body", "self"];
/** In the order of `Operation`. */
const OPERATIONS = ["remove", "rename", "replace", "add", "append", "map", "dedupe"];
/** In the order of `Strategy`. */
const STRATEGIES = ["RETAIN_FIRST", "RETAIN_LAST", "RETAIN_UNIQUE", "SPLIT_AND_RETAIN_FIRST", "SPLIT_AND_RETAIN_LAST"];

/** Reads rules, and keeps the first error. */
export class RuleReader {
  error: Error | null = null;

  constructor(
    private isRequest: bool,
    private log: Log,
  ) {}

  rules(path: string, rules: Json[]): Steps {
    const steps = new Steps();
    for (let i = 0; i < rules.length; i++) this.rule(path + "[" + i.toString() + "]", rules[i], steps);
    return steps;
  }

  private rule(path: string, rule: Json, steps: Steps): void {
    const operation = <Operation>this.choice(path + ".operate", rule.get("operate").string(), OPERATIONS);
    let source = KINDS.length;
    const mapSource = rule.get("mapSource");
    if (operation == Operation.Map && mapSource.exists()) {
      source = this.choice(path + ".mapSource", mapSource.string(), SOURCES);
      if (source == <i32>Kind.Querys) this.warnOfQuery(path + ".mapSource");
    }
    for (let kind = 0; kind < KINDS.length; kind++) {
      const items = rule.get(KINDS[kind]).array();
      if (items.length == 0) continue;
      const name = path + "." + KINDS[kind];
      if (kind == <i32>Kind.Querys) this.warnOfQuery(name);
      const from = <Kind>(source < KINDS.length ? source : kind);
      const entries: Entry[] = [];
      for (let i = 0; i < items.length; i++) {
        entries.push(this.entry(name + "[" + i.toString() + "]", items[i], operation, <Kind>kind, from));
      }
      steps.add(<Kind>kind, new Step(operation, from, entries));
    }
  }

  private entry(path: string, item: Json, operation: Operation, kind: Kind, source: Kind): Entry {
    const entry = new Entry();
    switch (operation) {
      case Operation.Rename:
        entry.key = this.name(path, item, "oldKey", kind, true, false);
        entry.target = this.name(path, item, "newKey", kind, true, true);
        break;
      case Operation.Replace:
        entry.key = this.name(path, item, "key", kind, false, true);
        this.value(entry, path, item, "newValue", kind);
        break;
      case Operation.Add:
        entry.key = this.name(path, item, "key", kind, false, true);
        this.value(entry, path, item, "value", kind);
        break;
      case Operation.Append:
        entry.key = this.name(path, item, "key", kind, true, true);
        this.value(entry, path, item, "appendValue", kind);
        break;
      case Operation.Map:
        entry.key = this.name(path, item, "fromKey", source, false, false);
        entry.target = this.name(path, item, "toKey", kind, false, true);
        break;
      case Operation.Dedupe:
        entry.key = this.name(path, item, "key", kind, false, false);
        entry.strategy = this.strategy(path + ".strategy", item.get("strategy").string());
        break;
      default:
        entry.key = this.name(path, item, "key", kind, true, false);
    }
    return entry;
  }

  /** Reads the name of a header, of a parameter or of a field, or the path of a value in a JSON body. */
  private name(path: string, item: Json, field: string, kind: Kind, isMoved: bool, isWritten: bool): string {
    const text = item.get(field).string();
    if (kind != Kind.Headers) {
      if (text == "") this.fail(path + "." + field, 'expected a name, got ""');
      return text;
    }
    let name = lowerAscii(text);
    if (name == "host" && this.isRequest) name = ":authority";
    const fault = faultOfHeader(name, this.isRequest, isMoved, isWritten);
    if (fault != "") this.fail(path + "." + field, fault + ', got "' + text + '"');
    return name;
  }

  private value(entry: Entry, path: string, item: Json, field: string, kind: Kind): void {
    const text = item.get(field).string();
    if (kind == Kind.Headers && !isFieldValue(text)) this.fail(path + "." + field, "expected no control characters");
    entry.value = new Template(
      text,
      this.pattern(path, item, "host_pattern"),
      this.pattern(path, item, "path_pattern"),
    );
    if (kind != Kind.Body) return;
    const type = lowerAscii(item.get("value_type").string());
    if (type == "" || type == "string") return;
    if (type != "object" && type != "boolean" && type != "number") {
      this.fail(path + ".value_type", 'expected object, boolean, number or string, got "' + type + '"');
      return;
    }
    const json = typedValue(type, text);
    if (!json.exists())
      this.fail(path + "." + field, "expected " + (type == "object" ? "JSON" : type) + ', got "' + text + '"');
    entry.json = json;
  }

  private pattern(path: string, item: Json, field: string): Regex | null {
    const text = item.get(field).string();
    if (text == "") return null;
    const pattern = Regex.parse(text);
    const error = pattern.error;
    if (error !== null) this.fail(path + "." + field, error.message);
    return pattern;
  }

  private strategy(path: string, text: string): Strategy {
    if (text == "") return Strategy.First;
    return <Strategy>this.choice(path, text, STRATEGIES);
  }

  /** The index of a text among the texts that are allowed, in upper or lower case. */
  private choice(path: string, text: string, allowed: string[]): i32 {
    for (let i = 0; i < allowed.length; i++) if (equalsIgnoreCase(text, allowed[i])) return i;
    const last = allowed.length - 1;
    this.fail(path, "expected " + allowed.slice(0, last).join(", ") + " or " + allowed[last] + ', got "' + text + '"');
    return 0;
  }

  private warnOfQuery(path: string): void {
    if (!this.isRequest) this.log.warn(path + " has no effect: a response has no query");
  }

  private fail(path: string, reason: string): void {
    if (this.error === null) this.error = new Error(path + ": " + reason);
  }
}
