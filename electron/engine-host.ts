/**
 * The engine in a worker thread of the main process: started here, given window ports, asked for resources, stopped.
 * A start that fails is explained in a dialog; a taken port can be replaced by the next free one.
 */
import { Worker, type MessagePort } from 'node:worker_threads';
import { dialog, shell } from 'electron';
import type { EngineStart, FromEngine, ToEngine } from './engine-messages.ts';
import type { LaunchOptions } from './launch-options.ts';
import type { SandboxFailure } from '../core/sandbox.ts';

type Resource = Extract<FromEngine, { kind: 'resource' }>;

export interface EngineHost {
  /** Gives one window's end of a message port to the engine. */
  connect(port: MessagePort): void;
  resource(url: string): Promise<Resource>;
  /** Called when the contract's `stop` was called, or the thread ended by itself. */
  onEnd(listener: () => void): void;
  /** Finishes what is under way; resolves when the thread has ended. */
  stop(): Promise<void>;
  readonly http: string | null;
}

type Started = { readonly host: EngineHost } | { readonly failure: SandboxFailure };

function start(options: EngineStart): Promise<Started> {
  const worker = new Worker(new URL('./engine-worker.js', import.meta.url), { workerData: options });
  const pending = new Map<number, (answer: Resource) => void>();
  const endListeners: (() => void)[] = [];
  let nextId = 0;
  const send = (message: ToEngine, transfer: MessagePort[] = []) => {
    worker.postMessage(message, transfer);
  };
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      for (const tell of endListeners) tell();
      resolve();
    });
  });
  const createHost = (http: string | null): EngineHost => ({
    http,
    connect: (port) => {
      send({ kind: 'connect', port }, [port]);
    },
    resource: (url) =>
      new Promise((resolve) => {
        const id = ++nextId;
        pending.set(id, resolve);
        send({ kind: 'resource', id, url });
      }),
    onEnd: (listener) => endListeners.push(listener),
    stop: () => {
      send({ kind: 'stop' });
      return ended;
    },
  });
  return new Promise((resolve) => {
    worker.on('error', (error: Error) => {
      resolve({ failure: { kind: 'other', message: error.message, port: 0 } });
    });
    worker.on('message', (message: FromEngine) => {
      switch (message.kind) {
        case 'ready':
          resolve({ host: createHost(message.http) });
          break;
        case 'failed':
          resolve({ failure: message.failure });
          break;
        case 'stop-requested':
          for (const tell of endListeners) tell();
          break;
        case 'resource':
          pending.get(message.id)?.(message);
          pending.delete(message.id);
          break;
      }
    });
  });
}

/** What the user chooses when a start failed. */
async function askAboutFailure(
  failure: SandboxFailure,
  configDir: string,
): Promise<'next-port' | 'again' | 'quit'> {
  // For whoever started the app from a terminal.
  process.stderr.write(`sandpost: ${failure.message}\n`);
  const canMove = failure.kind === 'port-taken';
  const buttons = canMove
    ? ['Use the next free port', 'Try again', 'Quit']
    : ['Try again', 'Open configuration folder', 'Quit'];
  const { response } = await dialog.showMessageBox({
    type: 'error',
    buttons,
    defaultId: 0,
    cancelId: 2,
    message: 'Sandpost could not start',
    detail: failure.message,
  });
  if (response === 2) return 'quit';
  if (canMove) return response === 0 ? 'next-port' : 'again';
  if (response === 1) await shell.openPath(configDir);
  return 'again';
}

/** Starts the engine; undefined when the user gave up. */
export async function createEngineHost(options: LaunchOptions): Promise<EngineHost | undefined> {
  let ports: Record<number, number> = {};
  for (;;) {
    const started = await start({
      configDir: options.configDir,
      dataDir: options.dataDir,
      http: options.http,
      ports,
    });
    if ('host' in started) return started.host;
    const choice = await askAboutFailure(started.failure, options.configDir);
    if (choice === 'quit') return undefined;
    // The chosen port may be taken as well: then the next failure names that one, and it moves on.
    if (choice === 'next-port') ports = moved(ports, started.failure.port);
  }
}

function moved(ports: Readonly<Record<number, number>>, taken: number): Record<number, number> {
  const original = Object.keys(ports).find((port) => ports[Number(port)] === taken);
  return { ...ports, [original ?? taken]: taken + 1 };
}
