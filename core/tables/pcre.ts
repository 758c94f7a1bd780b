/**
 * pcre: Perl-compatible regular expressions (pcre_table(5)). Case-insensitive, and `.` matches a newline; the flags
 * `i` and `s` toggle these off.
 */
import type { CompiledPattern, PatternLanguage } from './pattern-rules.ts';
import { patternTable } from './pattern-rules.ts';
import { BadPattern, translatePcre } from './pcre-translate.ts';

/** Compiles one pattern; the reason is the library's, or says what JavaScript has no word for. */
export function compilePcre(
  pattern: string,
  flags: ReadonlySet<string>,
): CompiledPattern | { readonly reason: string } {
  const options = {
    ignoreCase: !flags.has('i'),
    multiline: flags.has('m'),
    dotAll: !flags.has('s'),
    extended: flags.has('x'),
    ungreedy: flags.has('U'),
    anchored: flags.has('A'),
    dollarEndOnly: flags.has('E'),
  };
  try {
    const { text, groups } = translatePcre(pattern, options);
    const expression = new RegExp(text, options.ignoreCase ? 'iu' : 'u');
    return {
      groups: groups.length,
      exec(subject) {
        const match = expression.exec(subject);
        return match === null ? null : [match[0], ...groups.map((place) => match[place])];
      },
    };
  } catch (error) {
    if (error instanceof BadPattern) return { reason: error.message };
    return { reason: `JavaScript cannot express this pattern: ${(error as Error).message}` };
  }
}

export const pcreLanguage: PatternLanguage = {
  name: 'pcre',
  flags: 'imsxAEU',
  obsoleteFlags: 'X',
  missingDelimiter: 'ignoring',
  outOfRange: 'out of range',
  allowsSecond: false,
  compile: compilePcre,
};

export const pcre = patternTable(pcreLanguage);
