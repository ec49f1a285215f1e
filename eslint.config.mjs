import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/", "node_modules/"] },
  eslint.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    files: ["**/*.cjs", "**/*.js"],
    languageOptions: {
      sourceType: "commonjs",
      globals: {
        require: "readonly",
        module: "writable",
        process: "readonly",
        console: "readonly",
        __dirname: "readonly",
        Buffer: "readonly",
      },
    },
  },
  {
    files: ["test/consumers/javascript-esm/*.js"],
    languageOptions: { sourceType: "module" },
  },
  {
    files: ["examples/**/*.mjs", "test/**/*.js", "bench/**/*.js"],
    languageOptions: { globals: { fetch: "readonly" } },
  },
  {
    files: ["bench/**/*.js"],
    // Handlers are written with all that they are given.
    rules: { "no-unused-vars": ["error", { args: "none" }] },
  },
);
