import { integerText } from "../../abi/decimal";
import { Json } from "../../json";
import { Children } from "../../json/children";
import { looseText } from "../../json/convert";
import { mismatch } from "../../json/shown";
import { Log } from "../log";
import { matchesNoHost, oneSpelling } from "./host-name";
import { Condition, RuleIndex } from "./rule-index";

/** The key of the list of rules in a configuration. */
export const RULES = "_rules_";

const PREFIX = "_match_";

const A_HOST = "an ASCII host without scheme, port, user or path, [IPv6], *.END or START*";

/** The keys of the conditions, in the order of `Condition`. */
const KEYS: StaticArray<string> = ["_match_route_", "_match_domain_", "_match_service_", "_match_route_prefix_"];

/**
 * Reads the conditions of a rule as Higress's Go wrapper does. If a rule has several kinds of conditions, routes win over
 * domains, domains over services, services over route prefixes. Only routes and services are combined. A single value
 * counts as a list of one value. A value that is not a string counts as its JSON text.
 */
export class RuleKeys {
  private rule: i32 = 0;
  /** The list of an absent condition. */
  private none: string[] = [];

  constructor(
    private index: RuleIndex,
    private log: Log,
  ) {}

  /** Reads the conditions of a rule: a list of texts for each `Condition`. */
  read(json: Json, rule: i32): string[][] {
    this.rule = rule;
    const conditions = this.lists(json);
    const condition = firstOf(conditions);
    for (let i = condition + 1; i < KEYS.length; i++) {
      if (unchecked(conditions[i]).length == 0 || (condition == Condition.Route && i == Condition.Service)) continue;
      this.warn(unchecked(KEYS[i]) + ": ignored because of " + unchecked(KEYS[condition]));
    }
    return conditions;
  }

  /** Adds a rule to the index. `conditions` is a result of `read`. */
  add(conditions: string[][], rule: i32): void {
    const condition = firstOf(conditions);
    const texts = unchecked(conditions[condition]);
    const services = unchecked(conditions[Condition.Service]);
    if (condition != Condition.Route || services.length == 0) this.index.add(condition, texts, rule);
    else this.index.addPairs(texts, services, rule);
  }

  /** The texts of each condition. Of two equal keys the first is used. */
  private lists(json: Json): string[][] {
    const none = this.none;
    const lists: string[][] = [none, none, none, none];
    if (!json.isObject()) return lists;
    const children = new Children(json);
    while (children.next()) {
      const key = children.key();
      const condition = KEYS.indexOf(key);
      // An unknown key with our prefix is a typo. All other keys belong to the plugin.
      if (condition < 0) {
        if (key.substring(0, PREFIX.length) == PREFIX) this.warn(key + ": unknown key");
      } else if (unchecked(lists[condition]) === none) {
        unchecked((lists[condition] = this.texts(key, children.value(), condition)));
      }
    }
    return lists;
  }

  /** The texts of one condition. Only a host can be "". */
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
        if (expected !== null) this.warn(name + ": matches no request: " + mismatch(expected, element.raw()));
      }
      if (text.length != 0 || condition == Condition.Domain) texts.push(text);
    }
    return texts;
  }

  private warnOfType(key: string, expected: string, value: Json): void {
    this.warn(key + ": " + mismatch(expected, value.typeName()));
  }

  /** Warns about a configuration that Go accepts silently but that is probably a mistake. */
  private warn(text: string): void {
    this.log.warn(nameOf(this.rule) + "." + text);
  }
}

/** The description of a valid text, for a text that matches no request. Null for a text that can match a request. */
function expectedOf(condition: Condition, text: string): string | null {
  if (condition == Condition.Domain) return matchesNoHost(oneSpelling(text)) ? A_HOST : null;
  if (text.length == 0) return "a name";
  // Probably the name of a cluster: `outbound|80||foo.dns`.
  return condition == Condition.Service && text.indexOf("|") >= 0 ? "a service such as foo.dns:80" : null;
}

/** Whether a rule has no condition. `conditions` is a result of `read`. */
export function hasNoCondition(conditions: string[][]): bool {
  return firstOf(conditions) == KEYS.length;
}

/** The condition that is used: the first that has texts. */
function firstOf(conditions: string[][]): i32 {
  let condition = 0;
  while (condition < KEYS.length && unchecked(conditions[condition]).length == 0) condition++;
  return condition;
}

/**
 * The conditions of a rule as one text, which is equal for rules with the same texts in any order. Ignored conditions are
 * part of it, as in Go.
 */
export function identityOf(conditions: string[][]): string {
  let identity = "";
  for (let condition = 0; condition < KEYS.length; condition++) {
    const texts = unchecked(conditions[condition]).slice();
    if (condition == Condition.Domain) {
      for (let i = 0; i < texts.length; i++) unchecked((texts[i] = oneSpelling(texts[i])));
    }
    texts.sort();
    for (let i = 0; i < texts.length; i++) {
      const text = unchecked(texts[i]);
      // The lengths keep lists of different texts apart, whatever characters the texts contain.
      if (i == 0 || text != unchecked(texts[i - 1])) identity += integerText(text.length) + ":" + text;
    }
    identity += ";";
  }
  return identity;
}

/** The name of a rule in messages. */
export function nameOf(rule: i32): string {
  return RULES + "[" + integerText(rule) + "]";
}
