import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect, test } from "vitest";
import { startPlugin } from "../../sdk/testing/index.js";
import { NIGHTLY } from "../support/nightly.js";
import { Random } from "../support/random.js";
import { buildConfigClass, withRulesInherit } from "./config-class.js";
import { randomClass } from "./random-class.js";

// Random classes: what the schema accepts, the parser accepts, and the other way round.

const random = new Random();

test.each(Array.from({ length: NIGHTLY ? 100 : 4 }, (_, i) => i))(
  "the schema and the parser of random class %i accept the same configurations",
  async (i) => {
    const { source, document, documentWithRules } = randomClass(random);
    const inherits = i % 2 === 1;
    const { binary, schemas, wasm } = await buildConfigClass(source, inherits ? withRulesInherit : undefined);
    const ajv = new Ajv2020({ allErrors: true });
    addFormats.default(ajv);
    const validate = ajv.compile(JSON.parse(schemas.plugin) as object);
    const compare = (text: string, message: string, isExcused = false) => {
      const isValid = validate(JSON.parse(text));
      if (isValid === (message === "") || isExcused) return;
      expect.fail(`${source}\n${text}\nparser: ${message || "accepts"}\nschema: ${JSON.stringify(validate.errors)}`);
    };
    for (let n = 0; n < 2000; n++) {
      const text = document();
      compare(text, wasm.string("read", text));
      if (n % 500 === 0) wasm.collect();
    }
    for (let n = 0; n < 100; n++) {
      const config = documentWithRules();
      const message = await startPlugin({ wasm: binary, config }).then(
        () => "",
        (error: unknown) => String(error),
      );
      // The gateway ignores a wrong global configuration beside rules.
      const global = JSON.parse(config) as Record<string, unknown>;
      delete global["_rules_"];
      compare(config, message, message === "" && Object.keys(global).length > 0 && !validate(global));
    }
  },
);
