/** A fatal error as a problem: file and line stand apart from the text. */
import type { ConfigProblem, Origin } from '../config.ts';
import { ConfigError } from '../config.ts';

export function fatalProblem(error: ConfigError, fallback: Origin, parameter?: string): ConfigProblem {
  const text = error.message.replace(/^(file )?\S*\/(main|master)\.cf(, line \d+|: line \d+|:)?: /, '');
  return {
    severity: 'error',
    ...(error.origin ?? fallback),
    ...(parameter === undefined ? {} : { parameter }),
    message: [...new Set([...error.warnings, text])].join('; '),
  };
}

/** What cannot be expanded is a problem of its own, told elsewhere. */
export function orNothing(read: () => string | undefined): string {
  try {
    return read() ?? '';
  } catch (error) {
    if (error instanceof ConfigError) return '';
    throw error;
  }
}
