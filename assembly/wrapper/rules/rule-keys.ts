import { integerText } from "../../abi/decimal";
import { Json } from "../../json";
import { Children } from "../../json/children";
import { looseText } from "../../json/convert";
import { mismatch } from "../../json/fields";
import { Log } from "../log";
import { matchesNoHost, oneSpelling } from "./host-name";
import { Condition, RuleIndex } from "./rule-index";

/** The list of rules in a configuration. */
export const RULES = "_rules_";

const PREFIX = "_match_";

const A_HOST = "an ASCII host without scheme, port, user or path, [IPv6], *.END or START*";

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

  /** What a rule asks for, by condition. */
  read(json: Json, rule: i32): string[][] {
    this.rule = rule;
    const asked = this.lists(json);
    const condition = firstOf(asked);
    for (let i = condition + 1; i < KEYS.length; i++) {
      if (unchecked(asked[i]).length == 0 || (condition == Condition.Route && i == Condition.Service)) continue;
      this.warn(unchecked(KEYS[i]) + ": not looked at beside " + unchecked(KEYS[condition]));
    }
    return asked;
  }

  /** Adds the rule that was read last to the index, by what `read` gave. */
  add(asked: string[][], rule: i32): void {
    const condition = firstOf(asked);
    const texts = unchecked(asked[condition]);
    const services = unchecked(asked[Condition.Service]);
    if (condition != Condition.Route || services.length == 0) this.index.add(condition, texts, rule);
    else this.index.addPairs(texts, services, rule);
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
      const name = isArray ? key + "[" + integerText(i) + "]" : key;
      const text = looseText(element);
      if (!element.isString()) {
        if (isArray) this.warnOfType(name, "string", element);
      } else {
        const expected = expectedOf(condition, text);
        if (expected !== null) this.warn(name + ": matches nothing: " + mismatch(expected, element.raw()));
      }
      if (text.length != 0 || condition == Condition.Domain) texts.push(text);
    }
    return texts;
  }

  private warnOfType(key: string, expected: string, value: Json): void {
    this.warn(key + ": " + mismatch(expected, value.typeName()));
  }

  /** Says what is in order in Go but hardly meant. */
  private warn(text: string): void {
    this.log.warn(nameOf(this.rule) + "." + text);
  }
}

/** What was expected of a text that no request has; null for one that some request has. */
function expectedOf(condition: Condition, text: string): string | null {
  if (condition == Condition.Domain) return matchesNoHost(oneSpelling(text)) ? A_HOST : null;
  if (text.length == 0) return "a name";
  // As what Envoy calls the cluster of a service, `outbound|80||foo.dns`.
  return condition == Condition.Service && text.indexOf("|") >= 0 ? "a service, as foo.dns:80" : null;
}

/** Whether a rule asks for nothing, by what `read` gave. */
export function isNothing(asked: string[][]): bool {
  return firstOf(asked) == KEYS.length;
}

/** The condition that counts: the first that is there. */
function firstOf(asked: string[][]): i32 {
  let condition = 0;
  while (condition < KEYS.length && unchecked(asked[condition]).length == 0) condition++;
  return condition;
}

/**
 * What a rule asks for as a text: equal for rules that name the same, in whatever order. What is not looked at counts too,
 * as in Go.
 */
export function identityOf(asked: string[][]): string {
  let identity = "";
  for (let condition = 0; condition < KEYS.length; condition++) {
    const texts = unchecked(asked[condition]).slice();
    if (condition == Condition.Domain) {
      for (let i = 0; i < texts.length; i++) unchecked((texts[i] = oneSpelling(texts[i])));
    }
    texts.sort();
    for (let i = 0; i < texts.length; i++) {
      const text = unchecked(texts[i]);
      // Lengths tell texts apart, whatever stands in them.
      if (i == 0 || text != unchecked(texts[i - 1])) identity += integerText(text.length) + ":" + text;
    }
    identity += ";";
  }
  return identity;
}

/** A rule for messages. */
export function nameOf(rule: i32): string {
  return RULES + "[" + integerText(rule) + "]";
}
