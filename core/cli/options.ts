/** Options of our own commands (not Postfix's): `node:util` parseArgs, with errors that say what to do. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { CommandError } from './context.ts';

type Options = NonNullable<ParseArgsConfig['options']>;
export const EX_USAGE = 64;

/** Options and words; throws CommandError (64) for what is not known. */
export function parseOptions<T extends Options>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const [message = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new CommandError(message, EX_USAGE, { cause: error });
  }
}

/** Throws CommandError (64) unless the text is a whole number from 1. */
export function positive(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new CommandError(`${name} needs a number from 1, not "${text}"`, EX_USAGE);
  return Number(text);
}

/** Columns under each other, two blanks between; the last is not padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  return rows
    .map((row) =>
      row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join('  '),
    )
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

/** Control characters of mail must not reach a terminal: they could move its cursor or change its title. */
export function forTerminal(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '�');
}
