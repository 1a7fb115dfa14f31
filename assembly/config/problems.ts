import { integerText } from "../abi/decimal";
import { Json } from "../json";
import { Children } from "../json/children";
import { mismatch, shownText, shownValue } from "../json/shown";
import { textAt } from "./descriptor";

/** The most errors, and the most warnings, that are described. The others are counted. */
const MOST: i32 = 20;

/** The place of a value in a configuration: a field, an element or a member of the value at `parent`. */
export class Place {
  /** The element, or -1. */
  index: i32 = -1;
  /** The addresses of the key with its quotes; 0 if the place is not a member of a Map. */
  keyStart: usize = 0;
  keyEnd: usize = 0;
  /** The address of the offset of the field's name, or 0. */
  field: usize = 0;

  /** `parent` is null for the configuration itself. */
  constructor(readonly parent: Place | null) {}

  /** Makes this the place of the present member of an object. */
  nameAfter(member: Children): void {
    this.keyStart = member.keyStart - 1;
    this.keyEnd = member.keyEnd + 1;
  }

  /** The path: `perUser["mia"].rates[0]`; "" for the configuration itself. */
  path(): string {
    const parent = this.parent;
    if (parent === null) return "";
    const before = parent.path();
    if (this.index >= 0) return before + "[" + integerText(this.index) + "]";
    if (this.keyStart != 0) return before + "[" + shownText(this.keyStart, this.keyEnd) + "]";
    const name = textAt(this.field);
    return before.length != 0 ? before + "." + name : name;
  }
}

/** Messages about a configuration: the first ones, and the number of the others. */
class Messages {
  private texts: string[] = [];
  private more: i32 = 0;

  get any(): bool {
    return this.texts.length != 0;
  }

  /** Whether another message is kept. If not, the message is counted. */
  takes(): bool {
    if (this.texts.length < MOST) return true;
    this.more++;
    return false;
  }

  add(path: string, message: string): void {
    this.texts.push(path.length != 0 ? path + ": " + message : message);
  }

  /** All messages as one text; "" without messages. */
  joined(): string {
    const text = this.texts.join("; ");
    return this.more == 0 ? text : text + "; and " + integerText(this.more) + " more";
  }
}

/** The errors and warnings about a configuration. */
export class Problems {
  private errors: Messages = new Messages();
  private warnings: Messages = new Messages();

  get hasErrors(): bool {
    return this.errors.any;
  }

  /** All errors as one error, in the order of the configuration; null without errors. */
  get error(): Error | null {
    return this.errors.any ? new Error(this.errors.joined()) : null;
  }

  /** All warnings as one text; "" without warnings. */
  get warning(): string {
    return this.warnings.joined();
  }

  fail(place: Place, message: string): void {
    if (this.errors.takes()) this.errors.add(place.path(), message);
  }

  /** Adds the error that a value differs from the text whose offset is at an address. */
  wrong(place: Place, expectation: usize, value: Json): void {
    if (this.errors.takes()) this.errors.add(place.path(), mismatch(textAt(expectation), shownValue(value)));
  }

  /** Adds the error or warning that an object has a field of a name that its class does not have. */
  unknown(place: Place, key: string, isError: bool): void {
    const messages = isError ? this.errors : this.warnings;
    if (!messages.takes()) return;
    const path = place.path();
    messages.add(path.length != 0 ? path + "." + key : key, "unknown field");
  }
}
