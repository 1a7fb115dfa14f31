// Finds the classes of which a module has objects.

import { functionTexts } from "./function-texts.js";
import { segmentsOf } from "./memory.js";

/** The functions that make an object, and the position of the parameter that is the id of its class. */
const MAKERS = new Map([
  ["__new", 1],
  ["__newBuffer", 1],
  ["__newArray", 2],
]);
/** Functions that make an object of a class that their caller names, or of the class of another object. */
const FORWARDING = /\/(?:__newBuffer|__newArray|__renew)$/;
/** The bytes before an object, in which the id of its class stands, and its place in them. */
const HEADER = 20;
const ID = 12;

/**
 * The ids of the classes that may have objects: of constants, and of objects that code makes. Undefined: of all classes,
 * because some code makes an object of a class that it chooses when it runs.
 */
export function madeIds(/** @type {any} */ module) {
  /** @type {Set<number>} */
  const made = new Set();
  for (const { offset, bytes } of segmentsOf(module)) {
    if (offset % 16 === 12 && bytes.length >= HEADER) made.add(bytes.readUInt32LE(ID));
  }
  for (const { name, text } of functionTexts(module)) {
    if (FORWARDING.test(name)) continue;
    if (text.includes("/OBJECT#set:rtId")) return undefined;
    for (const { 1: indent, 2: maker = "", index } of text.matchAll(/^( *)\(call \$\S*\/(__new\w*)$/gm)) {
      // An operand is indented by one more space than the call.
      const [call = ""] = text.slice(index).split(`\n${indent})`, 1);
      const operand = call.split(`\n${indent} (`)[1 + (MAKERS.get(maker) ?? NaN)];
      const [, id] = /^i32\.const (\d+)\)$/.exec(operand ?? "") ?? [];
      if (id === undefined) return undefined;
      made.add(Number(id));
    }
  }
  return made;
}
