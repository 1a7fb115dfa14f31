import { Json } from "as-proxy-wasm-sdk";
import { Template } from "./template";

/** What a rule changes, or where `map` reads. */
export enum Kind {
  Headers,
  Querys,
  Body,
}

/** In the order of `OPERATIONS`. */
export enum Operation {
  Remove,
  Rename,
  Replace,
  Add,
  Append,
  Map,
  Dedupe,
}

/** In the order of `STRATEGIES`. */
export enum Strategy {
  First,
  Last,
  Unique,
  SplitFirst,
  SplitLast,
}

/** One item of a rule's `headers`, `querys` or `body`. */
export class Entry {
  /** `key`, `oldKey` or `fromKey`. */
  key: string = "";
  /** `newKey` of rename, `toKey` of map. */
  target: string = "";
  /** `newValue`, `value` or `appendValue`. */
  value: Template = new Template("", null, null);
  /** The value for a JSON body, unless it is a string. */
  json: Json | null = null;
  strategy: Strategy = Strategy.First;
}

/** A rule, as far as it changes one kind. */
export class Step {
  constructor(
    readonly operation: Operation,
    /** Where `map` reads. */
    readonly source: Kind,
    readonly entries: Entry[],
  ) {}
}

/** The rules of requests, or those of responses, by what they change. */
export class Steps {
  headers: Step[] = [];
  querys: Step[] = [];
  body: Step[] = [];

  add(kind: Kind, step: Step): void {
    if (kind == Kind.Headers) this.headers.push(step);
    else if (kind == Kind.Querys) this.querys.push(step);
    else this.body.push(step);
  }

  get changesHead(): bool {
    return this.headers.length > 0 || this.querys.length > 0;
  }

  get changesBody(): bool {
    return this.body.length > 0;
  }

  /** Whether headers or the query get values of the body, so that they have to wait for the body. */
  get headNeedsBody(): bool {
    return needsBody(this.headers) || needsBody(this.querys);
  }
}

function needsBody(steps: Step[]): bool {
  for (let i = 0; i < steps.length; i++) {
    if (steps[i].operation == Operation.Map && steps[i].source == Kind.Body) return true;
  }
  return false;
}
