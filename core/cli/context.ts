/** What a command is given: its folders, its streams, who runs it, and the way to the sandbox. */
import type { Running } from '../api/running.ts';
import type { SandpostClient } from '../api/client.ts';
import type { CommandResult } from '../util/command-result.ts';
import type { Folders } from '../util/paths.ts';

/** Whom a command acts as: the machine's user, or a sandbox user named by `--as`. */
export interface Actor {
  readonly name: string;
  readonly uid: number;
  /** As the machine's accounts have it; '' for none. */
  readonly fullName: string;
  /** False for `--as`: such a user is no superuser, as on a real machine. */
  readonly isOwner: boolean;
}

interface Streams {
  readonly out: (text: string | Uint8Array) => void;
  readonly err: (text: string) => void;
  /** Standard input as it comes. */
  readonly input: () => NodeJS.ReadableStream;
  /** All of standard input. */
  readonly readInput: () => Promise<Buffer>;
}

export interface Connection {
  readonly client: SandpostClient;
  /** False: this command opened the sandbox itself, nothing is being delivered. */
  readonly isRunning: boolean;
  /** The bytes at a resource URL (contract/resources.ts); undefined when there are none. */
  bytes(url: string): Promise<Uint8Array | undefined>;
  close(): Promise<void>;
}

export interface Context extends Streams {
  readonly folders: Folders;
  readonly actor: Actor;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The sandbox that runs on this configuration folder. Undefined: none does. */
  running(): Running | undefined;
  /** Whether a sandbox ever ran on this configuration folder: then Postfix's sockets are there, with nobody behind them. */
  hasRun(): boolean;
  /** Through the socket of a running sandbox, or by opening it here. */
  connect(): Promise<Connection>;
}

/** Runs one command; the answer is the exit status. */
export type Run = (context: Context, args: readonly string[]) => Promise<number>;

/** A command that cannot go on: its message is for people, without the program's name. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exit: number;
  constructor(message: string, exit = 1, options?: ErrorOptions) {
    super(message, options);
    this.exit = exit;
  }
}

/** sysexits.h, which Postfix's commands end with. */
export const EX_UNAVAILABLE = 69;
export const EX_TEMPFAIL = 75;

/** Connects for as long as `use` takes. */
export async function withConnection<T>(
  context: Context,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await context.connect();
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

/** Prints what a command function answered. */
export function printResult(context: Context, result: CommandResult): number {
  if (result.stdout !== '') context.out(result.stdout);
  if (result.stderr !== '') context.err(result.stderr);
  return result.exit;
}
