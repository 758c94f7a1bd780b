/** An external program (postgrey, postsrsd): argv, waitPort (the name of a port it will listen on), record. */
import { spawn, type ChildProcess } from 'node:child_process';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceSpec } from '../types.ts';
import type { HelperService, ServiceEnvironment } from './service.ts';

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => {
      resolve(false);
    });
  });
}

export function createProgram(spec: ServiceSpec, environment: ServiceEnvironment): HelperService {
  const [command = '', ...args] = (spec.argv ?? []) as readonly string[];
  let child: ChildProcess | undefined;
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  return {
    async start() {
      child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      child.stdout?.on('data', collect);
      child.stderr?.on('data', collect);
      child.on('error', (error) => {
        output += error.message;
      });
      const port = environment.ports[(spec.waitPort as string | undefined) ?? ''];
      for (let i = 0; port !== undefined && i < 100 && !(await canConnect(port)); i++) await delay(100);
    },
    stop() {
      child?.kill('SIGTERM');
    },
    transcript: () => (spec.record === true ? output.split('\n').filter((line) => line !== '') : undefined),
  };
}
