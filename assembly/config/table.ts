// The transform replaces the constants of this file when a plugin has configuration classes.

/**
 * The descriptors of all configuration classes of the plugin, as bytes. All numbers are little-endian and unaligned.
 * An offset (u16) counts bytes from the beginning of the table. A text is its length in bytes (u16) and its bytes.
 *
 *     table     offset of each class
 *     class     offset of the text "object", u8 flags (CLOSED), u16 number of fields, then for each field:
 *               offset of the name (a text), offset of the node, u8 flags (REQUIRED)
 *     node      u8 Kind, u8 flags (NULLABLE, UNIQUE), offset of the text after "expected ", then by Kind:
 *       Signed, Unsigned   u64 smallest, u64 largest value
 *       Float              f64 smallest, f64 largest value
 *       Text               offset of the pattern or 0, and with LENGTHS u32 least, u32 most characters
 *       Choice             u16 number of names, then for each: offset of the name, i32 value of the enum's member
 *       List, Dictionary   offset of the elements' node, and with COUNTS u32 least, u32 most elements
 *       Instance           u16 index of the class
 *     pattern   see pattern.ts
 */
export const TABLE: string = "";

// Whether a class of the plugin has a field of this sort. The code for other sorts is not compiled.
export const BOOLS: bool = true;
export const SIGNED: bool = true;
export const UNSIGNED: bool = true;
export const FLOATS: bool = true;
export const TEXTS: bool = true;
export const LENGTHS: bool = true;
export const PATTERNS: bool = true;
export const CHOICES: bool = true;
export const LISTS: bool = true;
export const DICTIONARIES: bool = true;
export const COUNTS: bool = true;
export const UNIQUES: bool = true;
export const INSTANCES: bool = true;
export const REQUIRED_FIELDS: bool = true;
export const CLOSED_CLASSES: bool = true;
