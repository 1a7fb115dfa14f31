// Pinned objects stay alive although nothing refers to them, until they are unpinned.

import { PINNED, headerOf } from "./object";


@unmanaged
class Pin {
  next: usize = 0;
  object: usize = 0;
}

let pins: usize = 0;

// @ts-ignore: decorator
@global
@unsafe
export function __pin(object: usize): usize {
  if (object != 0) {
    const header = headerOf(object);
    if (header.info & PINNED) throw new Error("Object already pinned");
    header.info |= PINNED;
    const pin = changetype<Pin>(__alloc(offsetof<Pin>()));
    pin.object = object;
    pin.next = pins;
    pins = changetype<usize>(pin);
  }
  return object;
}

// @ts-ignore: decorator
@global
@unsafe
export function __unpin(object: usize): void {
  if (object == 0) return;
  const header = headerOf(object);
  if (!(header.info & PINNED)) throw new Error("Object is not pinned");
  header.info &= ~PINNED;
  let pin = changetype<Pin>(pins);
  if (pin.object == object) pins = pin.next;
  else {
    let before = pin;
    do {
      before = pin;
      pin = changetype<Pin>(pin.next);
    } while (pin.object != object);
    before.next = pin.next;
  }
  __free(changetype<usize>(pin));
}

/** Calls `__visit` for the pinned objects. */
export function visitPinned(): void {
  for (let pin = pins; pin != 0; pin = changetype<Pin>(pin).next) __visit(changetype<Pin>(pin).object, 0);
}
