/** How a command that failed says so. */
import type { ConnectError } from '../api/client.ts';
import { answerText } from './answer-text.ts';
import { explainConnectError } from './connect.ts';
import { CommandError, EX_TEMPFAIL, EX_UNAVAILABLE } from './context.ts';

/** Failures with a message made for people: no stack is shown. */
const EXPECTED = new Set([
  'CommandError',
  'ConfigError',
  'ListenError',
  'NotLoopbackError',
  'RangeError',
  'SmtpListenError',
  'StoreFullError',
  'StoreFutureError',
  'StoreCorruptError',
  'StoreLockedError',
  'StoreRuntimeError',
]);

/** By name: the classes are in modules that a command which did not need them should not load. */
function isConnectError(error: unknown): error is ConnectError {
  return error instanceof Error && error.name === 'ConnectError';
}

/** An error that the call itself answered with: its message is for people. */
function isAnswer(error: Error): boolean {
  return 'defined' in error && 'status' in error;
}

function exitOf(error: unknown, program: string): number {
  if (error instanceof CommandError) return error.exit;
  // The caller of sendmail keeps the message and tries again.
  if (program === 'sendmail') return EX_TEMPFAIL;
  if (program === 'postqueue' || isConnectError(error)) return EX_UNAVAILABLE;
  return 1;
}

function messageOf(error: unknown): string {
  if (isConnectError(error)) return explainConnectError(error);
  if (!(error instanceof Error)) return String(error);
  if (isAnswer(error)) return answerText(error);
  const isExpected = EXPECTED.has(error.name) || (error as NodeJS.ErrnoException).code !== undefined;
  return isExpected ? error.message : (error.stack ?? error.message);
}

/** Prints it as the program would; answers the exit status. */
export function tellFailure(
  error: unknown,
  { program, isPostfix }: { program: string; isPostfix: boolean },
): number {
  const text = messageOf(error);
  const prefix = isPostfix && !text.startsWith('fatal: ') ? `${program}: fatal: ` : `${program}: `;
  const name =
    isPostfix || program === 'postqueue' || program === 'postalias' ? prefix : `sandpost ${program}: `;
  process.stderr.write(`${name}${text}\n`);
  return exitOf(error, program);
}
