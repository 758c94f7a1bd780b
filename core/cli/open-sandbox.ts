/** The one place of the commands that loads the engine: for `serve`, and for a command when none is running. */
import { createSandbox, type Sandbox } from '../sandbox.ts';
import type { Folders } from '../util/paths.ts';
import type { Connection } from './context.ts';

export interface ServeOptions extends Folders {
  /** `HOST:PORT` or `off`. */
  readonly http: string;
  /** The contract's `stop` was called. */
  readonly onStopRequested: () => void;
}

export function serveSandbox(options: ServeOptions): Promise<Sandbox> {
  const { http, ...rest } = options;
  return createSandbox(http === 'off' ? rest : { ...rest, http });
}

/** Without listeners and without delivering anything: to look at the queue, to compile tables. */
export async function openHere(folders: Folders): Promise<Connection> {
  const sandbox = await createSandbox({ ...folders, listen: false });
  return {
    client: sandbox.client,
    isRunning: false,
    bytes: async (url) => {
      const answer = await sandbox.resources.respond(url);
      return answer?.status === 200 ? answer.body : undefined;
    },
    close: () => sandbox.stop(),
  };
}
