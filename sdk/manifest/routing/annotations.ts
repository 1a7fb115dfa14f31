import type { Resource } from "../resource.js";
import { Field } from "./field.js";
import type { Warn } from "./model.js";

const NGINX = "nginx.ingress.kubernetes.io/";
const HIGRESS = "higress.io/";

/** The annotations of an Ingress, as Higress's controller reads them. */
export class Annotations {
  private readonly values: ReadonlyMap<string, string>;

  constructor(
    private readonly resource: Resource,
    private readonly warn: Warn,
  ) {
    const fields = Field.of(resource).at("metadata").at("annotations").entries();
    this.values = new Map(
      fields.map(([name, field]) => {
        if (typeof field.value === "string") return [name, field.value];
        throw field.expected(
          typeof field.value === "object" ? "a string" : `a string in quotes, such as "${field.value}"`,
        );
      }),
    );
  }

  get(name: string): string | undefined {
    return this.values.get(name);
  }

  /** The annotation as a field, for errors. */
  field(name: string): Field {
    return Field.of(this.resource).at("metadata").at("annotations").at(name);
  }

  /** The annotation under nginx's prefix or Higress's that `text` reads. */
  fieldOf(key: string): Field {
    return this.field(normalized(this.values.get(NGINX + key)) === undefined ? HIGRESS + key : NGINX + key);
  }

  all(): readonly (readonly [name: string, value: string])[] {
    return [...this.values];
  }

  /** The value under nginx's prefix or Higress's; undefined without one or when the value is empty. */
  text(key: string): string | undefined {
    return normalized(this.values.get(NGINX + key)) ?? this.higressText(key);
  }

  /** The value under Higress's prefix only. */
  higressText(key: string): string | undefined {
    return normalized(this.values.get(HIGRESS + key));
  }

  /** False unless the value is one of Go's words for true. Warns about other values. */
  flag(key: string): boolean {
    return this.parsed(key, toFlag, "true or false") ?? false;
  }

  higressFlag(key: string): boolean {
    return this.parse(HIGRESS + key, toFlag, "true or false") ?? false;
  }

  integer(key: string): number | undefined {
    return this.parsed(key, toInteger, "an integer");
  }

  higressInteger(key: string): number | undefined {
    return this.parse(HIGRESS + key, toInteger, "an integer");
  }

  /** Warns about annotations for Higress or nginx that the local gateway passes over. */
  warnAbout(isSupported: (key: string, isHigress: boolean) => boolean): void {
    for (const name of this.values.keys()) {
      const prefix = [NGINX, HIGRESS].find((one) => name.startsWith(one));
      if (prefix === undefined || isSupported(name.slice(prefix.length), prefix === HIGRESS)) continue;
      this.warn(this.resource, `the local gateway passes over the annotation "${name}"`);
    }
  }

  private parsed<T>(key: string, parse: (text: string) => T | undefined, expected: string): T | undefined {
    return this.parse(NGINX + key, parse, expected) ?? this.parse(HIGRESS + key, parse, expected);
  }

  private parse<T>(name: string, parse: (text: string) => T | undefined, expected: string): T | undefined {
    const text = this.values.get(name);
    if (text === undefined) return undefined;
    const value = parse(text);
    if (value === undefined) {
      this.warn(this.resource, `Higress passes over the annotation "${name}": expected ${expected}, got "${text}"`);
    }
    return value;
  }
}

function normalized(text: string | undefined): string | undefined {
  const lines = text?.split("\n").map((line) => line.trim());
  return lines === undefined || lines.join("\n") === "" ? undefined : lines.join("\n");
}

function toFlag(text: string): boolean | undefined {
  if (["1", "t", "T", "TRUE", "true", "True"].includes(text)) return true;
  return ["0", "f", "F", "FALSE", "false", "False"].includes(text) ? false : undefined;
}

function toInteger(text: string): number | undefined {
  return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}
