import { integerText } from "../../abi/decimal";
import { Json } from "../../json";
import { Children } from "../../json/children";
import { looseText } from "../../json/convert";
import { Log } from "../log";
import { Condition, RuleIndex } from "./rule-index";

/** The list of rules in a configuration. */
export const RULES = "_rules_";

const PREFIX = "_match_";

/** The keys of the conditions, in the order of `Condition`. */
const KEYS: StaticArray<string> = ["_match_route_", "_match_domain_", "_match_service_", "_match_route_prefix_"];

/**
 * Reads what a rule asks of requests, as Higress's Go wrapper does: of several kinds of condition routes count before
 * domains, these before services, these before prefixes; only routes and services are asked for together. Single values
 * stand for lists of one, and what is no text for the text that it is written as.
 */
export class RuleKeys {
  private rule: i32 = 0;
  /** Where a condition is not there. */
  private none: string[] = [];

  constructor(
    private index: RuleIndex,
    private log: Log,
  ) {}

  /** Adds a rule to the index; null, or what is wrong with it. */
  read(json: Json, rule: i32): Error | null {
    this.rule = rule;
    const lists = this.lists(json);
    let condition = 0;
    while (condition < KEYS.length && unchecked(lists[condition]).length == 0) condition++;
    if (condition == KEYS.length) {
      return new Error(
        nameOf(rule) +
          ": there is at least one of  '_match_route_', '_match_domain_', '_match_service_' and '_match_route_prefix_' can present in configuration.",
      );
    }
    const texts = unchecked(lists[condition]);
    let services = this.none;
    for (let i = condition + 1; i < KEYS.length; i++) {
      if (unchecked(lists[i]).length == 0) continue;
      if (condition == Condition.Route && i == Condition.Service) services = unchecked(lists[i]);
      else this.warn(unchecked(KEYS[i]) + ": not looked at beside " + unchecked(KEYS[condition]));
    }
    if (services.length == 0) this.index.add(condition, texts, rule);
    else this.index.addPairs(texts, services, rule);
    return null;
  }

  /** The texts of each condition that is there; of two keys of one name the first counts. */
  private lists(json: Json): string[][] {
    const none = this.none;
    const lists: string[][] = [none, none, none, none];
    if (!json.isObject()) return lists;
    const children = new Children(json);
    while (children.next()) {
      const key = children.key();
      const condition = KEYS.indexOf(key);
      // A name of ours that we do not know is a slip of the pen; all others are the plugin's.
      if (condition < 0) {
        if (key.substring(0, PREFIX.length) == PREFIX) this.warn(key + ": unknown key");
      } else if (unchecked(lists[condition]) === none) {
        unchecked((lists[condition] = this.texts(key, children.value(), condition)));
      }
    }
    return lists;
  }

  /** What a condition asks for. Only a host can be "". */
  private texts(key: string, value: Json, condition: Condition): string[] {
    const isArray = value.isArray();
    if (!isArray) this.warnOfType(key, "array", value);
    const texts = new Array<string>();
    const elements = value.array();
    for (let i = 0; i < elements.length; i++) {
      const element = unchecked(elements[i]);
      if (isArray && !element.isString()) this.warnOfType(key + "[" + integerText(i) + "]", "string", element);
      const text = looseText(element);
      if (text.length != 0 || condition == Condition.Domain) texts.push(text);
    }
    return texts;
  }

  private warnOfType(key: string, expected: string, value: Json): void {
    this.warn(key + ": expected " + expected + ", got " + value.typeName());
  }

  /** Says what is in order in Go but hardly meant. */
  private warn(text: string): void {
    this.log.warn(nameOf(this.rule) + "." + text);
  }
}

/** A rule for messages. */
export function nameOf(rule: i32): string {
  return RULES + "[" + integerText(rule) + "]";
}
