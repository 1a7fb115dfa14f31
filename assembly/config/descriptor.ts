import { decodeUtf8 } from "../abi/utf8";
import { TABLE } from "./table";

/** What a node of the table describes. */
export enum Kind {
  Anything,
  Bool,
  Signed,
  Unsigned,
  Float,
  Text,
  Choice,
  List,
  Dictionary,
  Instance,
}

/** Flag of a class: a field that the class does not have is an error. */
export const CLOSED: u8 = 1;
/** Flag of a field: the field must be present. */
export const REQUIRED: u8 = 1;
/** Flag of a node: null is a value. */
export const NULLABLE: u8 = 1;
/** Flag of a node: no two elements are equal. */
export const UNIQUE: u8 = 2;

/** The size of a class without its fields, and of one field. */
const CLASS_SIZE: usize = 5;
const FIELD_SIZE: usize = 5;

/** Follows the offset at an address. */
// @ts-ignore: decorator
@inline
export function follow(address: usize): usize {
  return changetype<usize>(TABLE) + <usize>load<u16>(address);
}

/** The address of a class. */
export function classAt(index: i32): usize {
  return follow(changetype<usize>(TABLE) + ((<usize>index) << 1));
}

/** The number of fields of a class. */
export function fieldCount(type: usize): i32 {
  return <i32>load<u16>(type, 3);
}

/** The flags of a class. */
export function classFlags(type: usize): u8 {
  return load<u8>(type, 2);
}

/** The flags of a field. */
export function fieldFlags(field: usize): u8 {
  return load<u8>(field, 4);
}

/** The address of what follows the expectation of a node. */
export function restOf(node: usize): usize {
  return node + 4;
}

/** The address of a field, which begins with the offset of its name. */
export function fieldAt(type: usize, index: i32): usize {
  return type + CLASS_SIZE + <usize>index * FIELD_SIZE;
}

/** The address of the node of a field. */
export function nodeOf(field: usize): usize {
  return follow(field + 2);
}

/** A text, by the address of its offset. */
export function textAt(address: usize): string {
  const text = follow(address);
  return decodeUtf8(text + 2, <i32>load<u16>(text));
}
