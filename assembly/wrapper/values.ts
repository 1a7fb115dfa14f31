class Box<T> {
  constructor(public value: T) {}
}

/** Values of any type by name, which a wrong type does not find. */
export class Values {
  private boxes: Map<string, Object> = new Map<string, Object>();

  set<T>(key: string, value: T): void {
    if (isNullable<T>()) {
      // asc takes a checked `string | null` for that type still: it is kept, and found, as a string.
      if (value === null) this.boxes.delete(key);
      else this.boxes.set(key, new Box<NonNullable<T>>(changetype<NonNullable<T>>(value)));
    } else this.boxes.set(key, new Box<T>(value));
  }

  get<T>(key: string): T | null {
    const box = this.box<NonNullable<T>>(key);
    return box === null ? null : box.value;
  }

  getOr<T>(key: string, otherwise: T): T {
    const box = this.box<NonNullable<T>>(key);
    return box === null ? otherwise : box.value;
  }

  private box<T>(key: string): Box<T> | null {
    if (!this.boxes.has(key)) return null;
    const box = changetype<usize>(this.boxes.get(key));
    // The runtime id of an object stands 8 bytes before it; each type has its own.
    return load<u32>(box - 8) == idof<Box<T>>() ? changetype<Box<T>>(box) : null;
  }
}
