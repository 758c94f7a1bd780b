/** How a command that failed says so. */
import { ORPCError } from '@orpc/client';
import { ConnectError } from '../api/client.ts';
import { explainConnectError } from './connect.ts';
import { CommandError, EX_TEMPFAIL, EX_UNAVAILABLE } from './context.ts';

/** Failures with a message made for people: no stack is shown. */
const EXPECTED = new Set([
  'CommandError',
  'ConfigError',
  'ListenError',
  'RangeError',
  'StoreFullError',
  'StoreFutureError',
  'StoreCorruptError',
  'StoreLockedError',
  'StoreRuntimeError',
]);

function exitOf(error: unknown, program: string): number {
  if (error instanceof CommandError) return error.exit;
  // The caller of sendmail keeps the message and tries again.
  if (program === 'sendmail') return EX_TEMPFAIL;
  if (program === 'postqueue' || error instanceof ConnectError) return EX_UNAVAILABLE;
  return 1;
}

function messageOf(error: unknown): string {
  if (error instanceof ConnectError) return explainConnectError(error);
  if (error instanceof ORPCError) return error.message;
  if (!(error instanceof Error)) return String(error);
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
