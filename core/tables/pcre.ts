/**
 * pcre: Perl-compatible regular expressions (pcre_table(5)). Case-insensitive, and `.` matches a newline; the flags
 * `i` and `s` toggle these off.
 */
import { BadPattern, translatePcre } from './pcre-translate.ts';
import type { CompiledPattern } from './pattern-rules.ts';
import { patternTable } from './pattern-rules.ts';

function compile(pattern: string, flags: ReadonlySet<string>): CompiledPattern | { readonly reason: string } {
  const dotAll = !flags.has('s');
  const multiline = flags.has('m');
  try {
    const { text, groups, ignoreCase } = translatePcre(pattern, {
      ignoreCase: !flags.has('i'),
      multiline,
      dotAll,
      extended: flags.has('x'),
      anchored: flags.has('A'),
      dollarEndOnly: flags.has('E'),
      ungreedy: flags.has('U'),
    });
    const expression = new RegExp(
      text,
      `u${ignoreCase ? 'i' : ''}${dotAll ? 's' : ''}${multiline ? 'm' : ''}`,
    );
    return { groups, exec: (subject) => expression.exec(subject) };
  } catch (error) {
    if (error instanceof BadPattern) return { reason: error.message };
    return { reason: `JavaScript cannot express this pattern: ${(error as Error).message}` };
  }
}

export const pcre = patternTable({
  name: 'pcre',
  flags: 'imsxAEU',
  obsoleteFlags: 'X',
  missingDelimiter: 'ignoring',
  allowsSecond: false,
  compile,
});
