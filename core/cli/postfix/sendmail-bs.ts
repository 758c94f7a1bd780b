/** `sendmail -bs`: SMTP on standard input and output, with a session of the running sandbox. */
import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import { SMTP_UPGRADE, USER_ID_HEADER } from '../../api/contract/doors.ts';
import type { Context } from '../context.ts';
import { EX_TEMPFAIL } from '../context.ts';
import { fatal } from './sendmail-options.ts';

function openSession(socketPath: string, uid: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const headers = { connection: 'upgrade', upgrade: SMTP_UPGRADE, [USER_ID_HEADER]: uid };
    const opening = request({ socketPath, headers, agent: false });
    opening.on('upgrade', (_answer, socket, head) => {
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    opening.on('response', () => {
      reject(fatal('this sandbox does not speak SMTP to local users'));
    });
    opening.on('error', reject);
    opening.end();
  });
}

export async function runSmtpOnStdio(context: Context): Promise<number> {
  const entry = context.running();
  if (entry === undefined) throw fatal('the mail system is down: start it with "sandpost serve"');
  const session = await openSession(entry.socket, context.actor.uid);
  session.on('data', (chunk: Buffer) => {
    context.out(chunk);
  });
  context.input().pipe(session);
  return new Promise((resolve) => {
    session.on('error', () => {
      resolve(EX_TEMPFAIL);
    });
    session.on('close', () => {
      // Whoever writes to us may not have noticed that the session is over.
      context.input().unpipe(session);
      resolve(0);
    });
  });
}
