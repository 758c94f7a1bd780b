/**
 * Who may ask over HTTP. The server listens on loopback only, but every web page in a browser on this machine can
 * reach loopback as well, so each request has to show that it means us:
 *
 * - `Host` names loopback and our port: a page of another name that resolves here (DNS rebinding) is turned away;
 * - `Origin`, where there is one, is ours, and a browser's `Sec-Fetch-Site` does not say that another site asked;
 * - a call that changes something carries a token. A cookie would not do: cookies do not tell ports apart, so every
 *   page on `http://localhost:3000` would have it sent along. The token stands in our own page, where no other origin
 *   can read it, and travels in a header, which no other origin can send without a CORS preflight that is never
 *   answered.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { TOKEN_HEADER } from './contract/doors.ts';

export interface Refusal {
  readonly status: 401 | 403 | 421;
  readonly message: string;
}

export interface Tokens {
  /** In the served page; new at each start. */
  readonly page: string;
  /** In the data folder, for scripts. */
  readonly api: string;
}

const NAMES = ['127.0.0.1', 'localhost', '[::1]'];

function isOurHost(host: string | undefined, port: number): boolean {
  if (host === undefined) return false;
  const lower = host.toLowerCase();
  return NAMES.some((name) => lower === `${name}:${port}` || (port === 80 && lower === name));
}

function isOurOrigin(origin: string, port: number): boolean {
  return origin.startsWith('http://') && isOurHost(origin.slice('http://'.length), port);
}

/** Whether the text is the secret; takes as long whatever differs. */
function isSame(text: string, secret: string): boolean {
  const digest = (value: string) => createHash('sha256').update(value).digest();
  return secret !== '' && timingSafeEqual(digest(text), digest(secret));
}

/** `Host` and `Origin`: for every request, before anything else. */
export function refuseStranger(headers: IncomingHttpHeaders, port: number): Refusal | undefined {
  if (!isOurHost(headers.host, port)) {
    return { status: 421, message: 'Only 127.0.0.1, localhost and [::1] with this port are answered.' };
  }
  if (headers.origin !== undefined && !isOurOrigin(headers.origin, port)) {
    return { status: 403, message: 'Requests from other origins are refused.' };
  }
  return undefined;
}

/** Whether a browser says that a page of another site made it ask (absent: not a browser, or an old one). */
export function isCrossSite(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

/** `shown`: a good token; `wrong`: one that is not ours, which is better said than ignored. */
export function judgeToken(
  headers: IncomingHttpHeaders,
  tokens: Tokens,
  fromProtocol?: string,
): 'shown' | 'wrong' | 'none' {
  const page = headers[TOKEN_HEADER] ?? fromProtocol;
  if (typeof page === 'string' && page !== '') return isSame(page, tokens.page) ? 'shown' : 'wrong';
  const { authorization } = headers;
  if (authorization === undefined) return 'none';
  const bearer = /^bearer +(\S+) *$/i.exec(authorization)?.[1];
  return bearer !== undefined && isSame(bearer, tokens.api) ? 'shown' : 'wrong';
}

export const WRONG_TOKEN: Refusal = {
  status: 401,
  message:
    "The token is not this sandbox's. It is new at each start for pages; for scripts see the file api-token.",
};
