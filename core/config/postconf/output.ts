/** What a command prints, collected: nothing here writes to a terminal. */
import type { CommandResult } from '../../util/command-result.ts';
import type { ConfigError } from '../config.ts';

export interface Output {
  line(text: string): void;
  lines(texts: readonly string[]): void;
  /** On standard error, once however often it is said. */
  warning(text: string): void;
  fatal(error: ConfigError): void;
  result(exit: number): CommandResult;
}

export function createOutput(programName: string): Output {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const say = (text: string) => {
    const line = printable(`${programName}: ${text}`);
    if (!stderr.includes(line)) stderr.push(line);
  };
  return {
    line: (text) => void stdout.push(text),
    lines: (texts) => void stdout.push(...texts),
    warning: (text) => {
      say(`warning: ${text}`);
    },
    fatal: (error) => {
      const isUsage = error.message.startsWith('usage: ');
      for (const warning of error.warnings) say(isUsage ? warning : `warning: ${warning}`);
      say(`fatal: ${error.message}`);
      // Postfix's standard output is lost when it gives up.
      stdout.length = 0;
    },
    result: (exit) => ({ exit, stdout: joined(stdout), stderr: joined(stderr) }),
  };
}

/** Messages show a `?` for each byte that is not printable ASCII (msg_output(3)). */
export function printable(text: string): string {
  return Buffer.from(text)
    .toString('latin1')
    .replace(/[^ -~]/g, '?');
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
