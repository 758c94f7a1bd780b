/** Asks links that lead to this machine whether there is something. The loopback guard lets through nothing else. */
import { request as httpRequest, STATUS_CODES, type IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { LinkAnswer } from '../api/contract/checks.ts';
import { connectLoopback } from '../util/net-guard.ts';

const TIMEOUT_MS = 3_000;
const AT_ONCE = 6;

function told({ statusCode = 0, headers }: IncomingMessage): Omit<LinkAnswer, 'url'> {
  const words = STATUS_CODES[statusCode] ?? '';
  const { location } = headers;
  return { status: statusCode, text: location === undefined ? words : `${words}, leads on to ${location}` };
}

function connectTo({ protocol, hostname, port }: URL) {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (protocol === 'http:') return connectLoopback({ host, port: port === '' ? 80 : Number(port) });
  const socket = connectLoopback({ host, port: port === '' ? 443 : Number(port) });
  const name = isIP(host) === 0 ? { servername: host } : {};
  // A development server has a certificate of its own: whether it answers is the question, not who signed it.
  return connectTls({ socket, rejectUnauthorized: false, ...name });
}

/** HEAD; no redirect is followed. */
function ask(given: string): Promise<LinkAnswer> {
  const url = new URL(given);
  return new Promise((resolve) => {
    const fail = (error: unknown) => {
      resolve({ url: given, status: 0, text: error instanceof Error ? error.message : String(error) });
    };
    try {
      const socket = connectTo(url);
      const request = httpRequest(
        {
          method: 'HEAD',
          path: `${url.pathname}${url.search}`,
          headers: { host: url.host, connection: 'close' },
          createConnection: () => socket,
          timeout: TIMEOUT_MS,
        },
        (response) => {
          response.resume();
          resolve({ url: given, ...told(response) });
        },
      );
      request.on('timeout', () => {
        request.destroy(new Error(`no answer in ${TIMEOUT_MS / 1000} s`));
      });
      request.on('error', fail);
      request.end();
    } catch (error) {
      fail(error);
    }
  });
}

/** @param urls each on this machine */
export async function askLinks(urls: readonly string[]): Promise<readonly LinkAnswer[]> {
  const answers: LinkAnswer[] = [];
  for (let at = 0; at < urls.length; at += AT_ONCE) {
    answers.push(...(await Promise.all(urls.slice(at, at + AT_ONCE).map(ask))));
  }
  return answers;
}
