import js from "@eslint/js";
import ts from "typescript-eslint";

/** Imports point one way: notebooks → src/components → src/search → templates → engine; data-loaders → a few engine modules. */
const only = (files, ...patterns) => ({files, rules: {"no-restricted-imports": ["error", {patterns}]}});

export default ts.config(
  {
    ignores: [
      "dist/**",
      "lib/**",
      "data/**",
      "src/.observablehq/**",
      "src/{engine,data-loaders,notebooks,systems,templates,data}/**"
    ]
  },
  js.configs.recommended,
  ...ts.configs.recommended,
  {
    languageOptions: {
      globals: {console: "readonly", process: "readonly", URL: "readonly", performance: "readonly", Buffer: "readonly"}
    },
    rules: {
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unused-expressions": ["error", {allowShortCircuit: true, allowTernary: true}],
      "@typescript-eslint/no-unused-vars": ["error", {argsIgnorePattern: "^_", varsIgnorePattern: "^_"}],
      "no-undef": "off",
      eqeqeq: ["error", "always", {null: "ignore"}]
    }
  },
  only(
    ["engine/**/*.ts"],
    {regex: "^[^.]", message: "the engine has no dependencies"},
    {
      regex: "^(\\.\\./)+(src|data-loaders|templates|notebooks|systems|tests)(/|$)",
      message: "the engine imports nothing outside itself"
    }
  ),
  only(["data-loaders/**/*.ts"], {
    regex: "engine/(?!(schema|units|quant|errors|system|version)\\.js$)",
    message: "loaders take only schema, units, quant, errors, system and version from the engine"
  }),
  only(
    ["templates/**/*.ts"],
    {
      regex: "^(?!\\.|(yaml|nunjucks/browser/nunjucks-slim\\.js|valibot|fflate)$)",
      message: "templates run in browsers too, with yaml, nunjucks, valibot and fflate alone"
    },
    {
      regex: "^(\\.\\./)+(src|data-loaders|notebooks|systems|tests|data)(/|$)",
      message: "templates take from the engine, and from nothing else outside themselves"
    }
  ),
  only(["src/{chart,components,embed,search,perf,task}/**/*.ts"], {
    regex: "data-loaders|/cli/|/build/|\\.\\./\\.\\./engine",
    message: "pages get data through FileAttachment, and the engine as ../engine"
  })
);
