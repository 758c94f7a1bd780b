/** The engine's thread: one sandbox, served to the main process and its windows. */
import { parentPort, workerData } from 'node:worker_threads';
import { servePort } from '../core/api/port.ts';
import { createSandbox, sandboxFailure } from '../core/sandbox.ts';
import type { EngineStart, FromEngine, ToEngine } from './engine-messages.ts';

const main = parentPort;
if (main === null) throw new Error('engine-worker is a worker thread');
const options = workerData as EngineStart;
const NOT_FOUND = { status: 404, headers: {}, body: new Uint8Array(0) };
const tell = (message: FromEngine) => {
  main.postMessage(message);
};

try {
  const sandbox = await createSandbox({
    configDir: options.configDir,
    dataDir: options.dataDir,
    http: options.http ?? '127.0.0.1:8025',
    ports: options.ports,
    onStopRequested: () => {
      tell({ kind: 'stop-requested' });
    },
  });
  main.on('message', (message: ToEngine) => {
    switch (message.kind) {
      case 'connect':
        servePort(sandbox.router, message.port);
        break;
      case 'resource':
        void sandbox.resources.respond(message.url).then((answer) => {
          tell({ kind: 'resource', id: message.id, ...(answer ?? NOT_FOUND) });
        });
        break;
      case 'stop':
        void sandbox.stop().then(() => {
          main.close();
        });
        break;
    }
  });
  tell({ kind: 'ready', http: sandbox.http });
} catch (error) {
  tell({ kind: 'failed', failure: sandboxFailure(error) });
  main.close();
}
