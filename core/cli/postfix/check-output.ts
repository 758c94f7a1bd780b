/** What postfix(1) prints before it does anything: its own reading of main.cf, then postconf's of both files. */
import { startPostfix } from '../../config/check.ts';

export interface Reading {
  readonly output: string;
  readonly isFatal: boolean;
}

export function readingProblems(configDir: string): Promise<Reading> {
  const { exit, lines } = startPostfix(configDir);
  return Promise.resolve({ output: lines.map((line) => `${line}\n`).join(''), isFatal: exit !== 0 });
}
