/** What a command prints, collected: nothing here writes to a terminal. */
import type { CommandResult } from '../../util/command-result.ts';
import type { ConfigError } from '../config.ts';

export interface Output {
  line(text: string): void;
  lines(texts: readonly string[]): void;
  /** On standard error, once however often it is said. */
  warning(text: string): void;
  /** What getopt(3) says, which is no warning. */
  complaint(text: string): void;
  fatal(error: ConfigError): void;
  result(exit: number): CommandResult;
}

export function createOutput(programName: string): Output {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const output: Output = {
    line: (text) => void stdout.push(text),
    lines: (texts) => void stdout.push(...texts),
    warning: (text) => {
      const line = `${programName}: warning: ${text}`;
      if (!stderr.includes(line)) stderr.push(line);
    },
    complaint: (text) => void stderr.push(`${programName}: ${text}`),
    fatal: (error) => {
      const isUsage = error.message.startsWith('usage: ');
      for (const warning of error.warnings) (isUsage ? output.complaint : output.warning)(warning);
      stderr.push(`${programName}: fatal: ${error.message}`);
    },
    result: (exit) => ({ exit, stdout: joined(stdout), stderr: joined(stderr) }),
  };
  return output;
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
