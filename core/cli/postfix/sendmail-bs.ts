/** `sendmail -bs`: SMTP on standard input and output, through the sandbox's own smtp listener. */
import type { Socket } from 'node:net';
import { connectLoopback } from '../../util/net-guard.ts';
import type { Context } from '../context.ts';
import { fatal } from './sendmail-options.ts';

function dial(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectLoopback({ host, port });
    socket.once('error', reject);
    socket.once('connect', () => {
      resolve(socket);
    });
  });
}

export async function runSmtpOnStdio(context: Context): Promise<number> {
  if (context.running() === undefined) throw fatal('the mail system is down: start it with "sandpost serve"');
  const connection = await context.connect();
  const { listeners } = await connection.client.sandbox.status();
  await connection.close();
  const listener = listeners.find(({ tls }) => tls !== 'wrapper');
  if (listener === undefined) throw fatal('no smtp listener is configured in master.cf');
  const socket = await dial(listener.host, listener.port);
  socket.write(await context.readInput());
  return new Promise((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      context.out(chunk);
    });
    socket.on('error', () => {
      resolve(75);
    });
    socket.on('close', () => {
      resolve(0);
    });
    // The input has ended: whoever wrote it waits for the replies to what it asked.
    socket.end();
  });
}
