import js from "@eslint/js";
import ts from "typescript-eslint";

export default ts.config(
  {
    ignores: [
      "**/node_modules/",
      "**/build/",
      "!sdk/build/",
      "types/",
      "**/dist/",
      "packages/*/templates/",
      ".envoy/",
      ".node/",
    ],
  },
  js.configs.recommended,
  ts.configs.recommended,
  {
    // AssemblyScript has no imports of types.
    ignores: ["index.ts", "**/assembly/**", "tests/plugins/**", "bench/peers/**"],
    rules: { "@typescript-eslint/consistent-type-imports": "error" },
  },
  {
    files: ["sdk/**/*.ts"],
    extends: [ts.configs.recommendedTypeCheckedOnly],
    languageOptions: { parserOptions: { project: "sdk/tsconfig.json" } },
    rules: {
      // The guest passes numbers that need not be values of the enum; the host compares them with the enum.
      "@typescript-eslint/no-unsafe-enum-comparison": "off",
      // Functions are async so that they reject where they would throw.
      "@typescript-eslint/require-await": "off",
    },
  },
  {
    // Methods pass themselves to `withTimeline`, which cuts the stack of an error there; nobody calls them.
    files: ["sdk/testing/**/*.ts"],
    rules: { "@typescript-eslint/unbound-method": "off" },
  },
  { languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly", Buffer: "readonly" } } },
  {
    // AssemblyScript: decorators on functions, and no replacement for what TypeScript's rules advise against.
    files: ["index.ts", "**/assembly/**/*.ts", "bench/peers/**/*.ts", "tests/plugins/*.ts"],
    ignores: ["**/*.test.ts"],
    languageOptions: { parserOptions: { allowInvalidAST: true, errorOnInvalidAST: false } },
    rules: {
      "@typescript-eslint/ban-ts-comment": "off",
      "@typescript-eslint/no-wrapper-object-types": "off",
      "@typescript-eslint/no-unused-vars": ["error", { args: "none" }],
      "prefer-const": "off",
      "no-loss-of-precision": "off",
      "no-undef": "off",
    },
  },
  { rules: { eqeqeq: "off" } },
);
