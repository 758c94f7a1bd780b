import js from '@eslint/js';
import globals from 'globals';
import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';

const packageOnlyIn = (name, folder) => ({ name, message: `${name} belongs in ${folder} only.` });
const fences = [
  packageOnlyIn('electron', 'electron/'),
  packageOnlyIn('better-sqlite3', 'core/store'),
  packageOnlyIn('smtp-server', 'core/smtpd'),
  packageOnlyIn('mailparser', 'core/message'),
];
const fence = (files, ...allowed) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { paths: fences.filter((f) => !allowed.includes(f.name)) }] },
});

export default ts.config(
  {
    ignores: ['dist/', '.cache/', 'test-results/', 'test/conformance/scenarios', 'test/conformance/recorded'],
  },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.node },
      parserOptions: {
        projectService: { allowDefaultProject: ['vitest.config.ts'] },
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      'no-empty': 'error',
      complexity: ['warn', 12],
      'max-depth': ['warn', 3],
      'max-params': ['warn', 4],
      'max-lines': ['warn', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['warn', { max: 60, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  fence(['**/*.ts', '**/*.svelte']),
  fence(['electron/**', 'test/desktop/**'], 'electron'),
  fence(['core/store/**'], 'better-sqlite3'),
  fence(['core/smtpd/**'], 'smtp-server'),
  fence(['core/message/**'], 'mailparser'),
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { globals: { ...globals.browser }, parserOptions: { parser: ts.parser } },
    rules: {
      'svelte/no-at-html-tags': 'error',
      'max-lines': ['warn', { max: 200 }],
      // Our sets and dates are values: made anew, never changed in place.
      'svelte/prefer-svelte-reactivity': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    // An imported component is `any` to this parser; svelte-check sees its type.
    files: ['**/*.svelte'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-duplicate-type-constituents': 'off',
      '@typescript-eslint/no-redundant-type-constituents': 'off',
    },
  },
  { files: ['renderer/**'], languageOptions: { globals: { ...globals.browser } } },
  { files: ['**/*.js'], ...ts.configs.disableTypeChecked },
);
