import js from "@eslint/js";
import ts from "typescript-eslint";

export default ts.config(
  { ignores: ["**/node_modules/", "**/build/", "types/", "dist/", ".envoy/", ".node/"] },
  js.configs.recommended,
  ts.configs.recommended,
  { languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly", Buffer: "readonly" } } },
  {
    // AssemblyScript: decorators on functions, and no replacement for what TypeScript's rules advise against.
    files: ["index.ts", "**/assembly/**/*.ts"],
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
