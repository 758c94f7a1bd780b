/** The way to the sandbox: the socket of a running one, or opening it in this process. */
import type { ConnectError } from '../api/client.ts';
import { isRunning, readRunning, type Running } from '../api/running.ts';
import type { Folders } from '../util/paths.ts';
import { CommandError, type Connection } from './context.ts';

/** Opens the sandbox here, without listeners. Given, because it loads the whole engine. */
export type OpenHere = (folders: Folders) => Promise<Connection>;

/** The entry of a sandbox whose process still exists. */
export function findRunning({ configDir, dataDir }: Folders): Running | undefined {
  const entries = [readRunning(configDir), readRunning(dataDir)];
  return entries.find((entry) => entry !== undefined && isRunning(entry));
}

/** One question, so that a socket that nobody listens on shows before the command's own call. */
async function connectTo(entry: Running): Promise<Connection | undefined> {
  // Loaded only now: many commands need no sandbox, and should not wait for it.
  const { ConnectError, createClient, readThroughSocket } = await import('../api/client.ts');
  const client = createClient({ socketPath: entry.socket });
  try {
    await client.sandbox.status();
  } catch (error) {
    // The process number was given to another program, or the sandbox is just stopping: it is not running.
    if (error instanceof ConnectError && ['ENOENT', 'ECONNREFUSED'].includes(error.code)) return undefined;
    if (error instanceof ConnectError && error.code === 'EACCES') {
      throw new CommandError(
        `the sandbox (process ${entry.pid}) belongs to another user: ${entry.socket}`,
        77,
      );
    }
    throw error;
  }
  return {
    client,
    isRunning: true,
    bytes: (url) => readThroughSocket(entry.socket, url),
    close: () => Promise.resolve(),
  };
}

export async function connect(folders: Folders, openHere: OpenHere): Promise<Connection> {
  const entry = findRunning(folders);
  const connection = entry === undefined ? undefined : await connectTo(entry);
  return connection ?? openHere(folders);
}

/** What to say when the sandbox went away in the middle of a call. */
export function explainConnectError(error: Pick<ConnectError, 'code'>): string {
  return `the sandbox stopped answering (${error.code}): it was stopped or has crashed. Nothing that it confirmed is lost; start it again with "sandpost serve" and repeat this command.`;
}
