import { EditPart } from "./edit-path";

/** An element of an array on the way of the last edit. */
class Step {
  constructor(
    /** The index in the path at which the element's part begins. */
    readonly from: i32,
    readonly index: i32,
    /** The offset of the element in the text. */
    readonly offset: i32,
  ) {}
}

/**
 * The way of the last edit through arrays. An edit of a later element of the same array begins there, so that a loop over
 * the elements reads each of them once.
 */
export class Trail {
  private path: string = "";
  private steps: Step[] = [];
  /** Where the edit begins: the offset, and the index of the element there, or -1 for a value of any type. */
  offset: i32 = 0;
  index: i32 = -1;

  /**
   * Finds the place at which an edit can begin.
   *
   * @returns the index of the part to begin with
   */
  resume(path: string, parts: EditPart[], deletes: bool): i32 {
    let same = 0;
    const most = min(path.length, this.path.length);
    while (same < most && path.charCodeAt(same) == this.path.charCodeAt(same)) same++;
    this.path = path;
    this.offset = 0;
    this.index = -1;
    let part = parts.length - 1;
    while (this.steps.length != 0) {
      const step = this.steps.pop();
      if (step.from > same) continue;
      while (part >= 0 && parts[part].from > step.from) part--;
      if (part < 0 || parts[part].from != step.from) continue;
      const index = parts[part].element;
      // The comma before a deleted element may be in front of the step.
      if (index < step.index || (deletes && part == parts.length - 1 && index == step.index)) continue;
      this.offset = step.offset;
      this.index = step.index;
      return part;
    }
    return 0;
  }

  add(from: i32, index: i32, offset: i32): void {
    this.steps.push(new Step(from, index, offset));
  }

  /** Forgets the innermost element, which is deleted. */
  pop(): void {
    this.steps.pop();
  }
}
