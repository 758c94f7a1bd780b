/** Runs programs, of the product and of the machine, and keeps what they said. */
import { spawn } from 'node:child_process';
import type { CommandOutput } from './types.ts';

const TIMEOUT_MS = 30_000;

const isPlain = (word: string) => /^[A-Za-z0-9_@%+=:,./-]+$/.test(word);

/** A word as a shell reads it back. */
export const quote = (word: string): string => (isPlain(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** The same words on a pseudo-terminal. */
export const onTerminal = (words: readonly string[]): string[] => [
  'script',
  '-qec',
  words.map(quote).join(' '),
  '/dev/null',
];

/** Never rejects: a program that there is not ends with 127, as in a shell. */
export function execute(
  argv: readonly string[],
  { stdin = '', env }: { readonly stdin?: string; readonly env: NodeJS.ProcessEnv },
): Promise<CommandOutput> {
  return new Promise((resolve) => {
    const [program = '', ...args] = argv;
    const child = spawn(program, args, { env, cwd: '/' });
    const output = { stdout: '', stderr: '' };
    const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ exit: 127, stdout: '', stderr: error.message });
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({
        exit: code ?? `signal ${String(signal)}`,
        ...output,
        ...(signal === 'SIGKILL' ? { timedOut: true } : {}),
      });
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
  });
}
