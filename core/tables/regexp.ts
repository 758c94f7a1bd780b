/** regexp: POSIX regular expressions (regexp_table(5)); case-insensitive unless the `i` flag toggles that off. */
import type { PatternLanguage } from './pattern-rules.ts';
import { patternTable } from './pattern-rules.ts';
import { compilePosix } from './posix-regexp.ts';

export const regexpLanguage: PatternLanguage = {
  name: 'regexp',
  flags: 'imx',
  obsoleteFlags: '',
  missingDelimiter: 'skipping',
  outOfRange: 'out-of-range',
  allowsSecond: true,
  compile: (pattern, flags) =>
    compilePosix(pattern, {
      isExtended: !flags.has('x'),
      ignoreCase: !flags.has('i'),
      newline: flags.has('m'),
    }),
};

export const regexp = patternTable(regexpLanguage);
