import type { Random } from "../../support/random.js";

/** Characters that parsers treat specially, or that encodings have trouble with. */
const SPECIAL =
  "\0\x01\t\n\r \"#%&'()*+,-./0:;<=>?@AZ[\\]^_`az{|}~\x7f\x80é\u2028\ud800\udbff\udc00\udc80\udcff\ufeff\uffff";

/** Makes random texts from the pieces of a row. */
export class Inputs {
  constructor(private readonly random: Random) {}

  text(pieces: readonly string[]): string {
    const { random } = this;
    const kind = random.below(10);
    if (kind === 0) return this.characters(random.below(30));
    if (kind < 4) return this.changed(random.pick(pieces));
    const parts = Array.from({ length: random.below(kind === 9 ? 60 : 8) }, () => this.part(pieces));
    return kind < 8 ? parts.join("") : this.changed(parts.join(""));
  }

  /** A piece that a longer text repeats: a piece of the row, or a few parts. */
  unit(pieces: readonly string[]): string {
    const { random } = this;
    const unit = random.below(2) ? random.pick(pieces) : this.part(pieces) + this.part(pieces);
    return unit === "" ? "a" : unit.slice(0, 64);
  }

  private part(pieces: readonly string[]): string {
    const { random } = this;
    if (random.below(12) === 0) return this.characters(1 + random.below(3));
    const piece = random.pick(pieces);
    return random.below(30) === 0 ? piece.repeat(random.below(20)) : piece;
  }

  private characters(length: number): string {
    const { random } = this;
    const one = () =>
      random.below(4) ? SPECIAL[random.below(SPECIAL.length)]! : String.fromCharCode(random.below(65_536));
    return Array.from({ length }, one).join("");
  }

  /** Inserts, replaces and deletes some characters. */
  private changed(text: string): string {
    const { random } = this;
    for (let left = random.below(3); left > 0; left--) {
      const at = random.below(text.length + 1);
      text = text.slice(0, at) + this.characters(random.below(2)) + text.slice(at + random.below(3));
    }
    return text;
  }
}
