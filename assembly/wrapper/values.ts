class Box<T> {
  constructor(public value: T) {}
}

/** Values of any type by name, which a wrong type does not find. */
export class Values {
  private boxes: Map<string, Object> = new Map<string, Object>();

  set<T>(key: string, value: T): void {
    this.boxes.set(key, new Box<T>(value));
  }

  get<T>(key: string): T | null {
    const box = this.box<T>(key);
    return box === null ? null : box.value;
  }

  getOr<T>(key: string, otherwise: T): T {
    const box = this.box<T>(key);
    return box === null ? otherwise : box.value;
  }

  private box<T>(key: string): Box<T> | null {
    if (!this.boxes.has(key)) return null;
    const box = changetype<usize>(this.boxes.get(key));
    // The runtime id of an object stands 8 bytes before it; each type has its own.
    return load<u32>(box - 8) == idof<Box<T>>() ? changetype<Box<T>>(box) : null;
  }
}
