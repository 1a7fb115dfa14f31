abstract class Value {}

class Box<T> extends Value {
  constructor(public value: T) {
    super();
  }
}

/** Values of any type, by key. Reading a value as another type finds nothing. */
export class Values {
  private boxes: Map<string, Value> = new Map<string, Value>();

  set<T>(key: string, value: T): void {
    if (isNullable<T>()) {
      // asc keeps the type `string | null` even after a null check. Such a value is stored, and found, as a string.
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
    // The 4 bytes that begin 8 bytes before an object are its runtime id. Each type has its own id.
    return load<u32>(box - 8) == idof<Box<T>>() ? changetype<Box<T>>(box) : null;
  }
}
