// Makes a table of which fields of each class the collector visits. asc makes a function for each class instead, and a
// switch over all classes, which are much larger. assembly/runtime/members.ts reads the table.

import { madeIds } from "./made-classes.js";
import { reserve, segmentsOf, setGlobal, setSegments } from "./memory.js";

const VISIT = /\/__visit$/;
const VISIT_MEMBERS = "~lib/rt/__visit_members";
const NO_FIELDS = "~lib/object/Object~visit";
/** A mask has a bit for each of this number of fields. */
const FIELDS = 31;
/** The highest bit: the other bits are the number of a function. */
const OTHER = 0x80000000;
/** The table has a byte for each class, which is the number of a mask. */
const MOST_MASKS = 256;

export class MemberTable {
  /** @type {string[]} the functions of classes that no mask of fields describes */
  others = [];
  /** @type {string[]} what these functions visit */
  kinds = [];
  address = 0;
  /** Where the masks begin in the table. */
  start = 0;

  /**
   * Reserves memory for the table. Before the module is optimised.
   *
   * @param {any} binaryen
   * @param {any} module
   * @param {any[]} classes asc's classes, in the order of their ids
   * @param {string} file the path of assembly/runtime/members
   */
  constructor(binaryen, module, classes, file) {
    this.binaryen = binaryen;
    this.module = module;
    this.masks = classes.map((it) => (it.isPointerfree ? 0 : this.maskOf(it)));
    const number = new Set(this.masks).size;
    // With more masks the switch stays.
    if (number > MOST_MASKS) return;
    this.start = (classes.length + 3) & ~3;
    this.address = reserve(binaryen, module, this.start + number * 4);
    setGlobal(binaryen, module, `${file}/ids`, this.address);
    setGlobal(binaryen, module, `${file}/masks`, this.address + this.start);
  }

  /** Writes the table. When unused functions are removed from the module. */
  write() {
    const { address, binaryen, module, start } = this;
    if (!address) return;
    const made = madeIds(module);
    const ofIds = this.masks.map((mask, id) => (made && !made.has(id) ? 0 : mask));
    const masks = [...new Set(ofIds)];
    const bytes = Buffer.alloc(start + masks.length * 4);
    ofIds.forEach((mask, id) => bytes.writeUInt8(masks.indexOf(mask), id));
    masks.forEach((mask, i) => bytes.writeUInt32LE(mask, start + i * 4));
    setSegments(module, [...segmentsOf(module), { offset: address, bytes }]);

    const { i32, none } = binaryen;
    const object = () => module.local.get(0, i32);
    const number = () => module.local.get(1, i32);
    const calls = this.others.flatMap((name, i) => {
      if (!masks.includes(OTHER + i)) return [];
      const call = module.call(name, [object(), module.i32.const(0)], none);
      return module.if(module.i32.eq(number(), module.i32.const(OTHER + i)), call);
    });
    module.removeFunction(VISIT_MEMBERS);
    module.addFunction(VISIT_MEMBERS, binaryen.createType([i32, i32]), none, [], module.block(null, calls));
  }

  /** The mask of a class of asc. */
  maskOf(/** @type {any} */ it) {
    const name = `${it.internalName}~visit`;
    const mask = this.fieldsOf(name);
    if (mask !== undefined) return mask;
    // Arrays of references to different classes are visited in the same way.
    const array = /^~lib\/(?:array\/Array|staticarray\/StaticArray)(?=<)/.exec(name)?.[0];
    const kind = array && it.getArrayValueType().isManaged ? array : name;
    const known = this.kinds.indexOf(kind);
    if (known >= 0) return OTHER + known;
    this.others.push(name);
    return OTHER + this.kinds.push(kind) - 1;
  }

  /**
   * A bit for each field that a function visits; undefined if the function does something else.
   *
   * @param {string} name
   * @returns {number | undefined}
   */
  fieldsOf(name) {
    if (name === NO_FIELDS) return 0;
    const { CallId, LoadId, LocalGetId, getExpressionInfo } = this.binaryen;
    const info = getExpressionInfo(this.bodyOf(name));
    let mask = 0;
    for (const call of info.children?.map(getExpressionInfo) ?? [info]) {
      if (call.id !== CallId) return undefined;
      if (!VISIT.test(call.target)) {
        const inner = this.fieldsOf(call.target);
        if (inner === undefined) return undefined;
        mask |= inner;
        continue;
      }
      const { id, ptr, offset, bytes } = this.loadOf(getExpressionInfo(call.operands[0]));
      const object = id === LoadId ? getExpressionInfo(ptr) : undefined;
      if (object?.id !== LocalGetId || object.index !== 0 || bytes !== 4) return undefined;
      if (offset % 4 !== 0 || offset >= FIELDS * 4) return undefined;
      mask |= 1 << (offset / 4);
    }
    return mask;
  }

  /** The expression that loads a field; for a call of a getter, the expression in the getter. */
  loadOf(/** @type {any} */ info) {
    const { CallId, LocalGetId, getExpressionInfo } = this.binaryen;
    if (info.id !== CallId || !info.target.includes("#get:")) return info;
    const object = getExpressionInfo(info.operands[0]);
    if (object.id !== LocalGetId || object.index !== 0) return info;
    return getExpressionInfo(this.bodyOf(info.target));
  }

  bodyOf(/** @type {string} */ name) {
    return this.binaryen.getFunctionInfo(this.module.getFunction(name)).body;
  }
}
