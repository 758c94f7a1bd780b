/** Whole answers of the HTTP door: every one leaves with the headers that keep browsers in check. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ResourceResponse } from './resources.ts';
import { COMMON_HEADERS, PLAIN_CSP } from './security-headers.ts';

export type HttpAnswer = ResourceResponse;

export function send(request: IncomingMessage, response: ServerResponse, answer: HttpAnswer): void {
  // 204 says by itself that nothing follows (RFC 9110 section 8.6).
  const length = answer.status === 204 ? {} : { 'content-length': answer.body.byteLength };
  response.writeHead(answer.status, { ...answer.headers, ...length });
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}

export function plainAnswer(status: number, type: string, text: string): HttpAnswer {
  return {
    status,
    headers: {
      ...COMMON_HEADERS,
      'content-type': `${type}; charset=utf-8`,
      'content-security-policy': PLAIN_CSP,
      'cache-control': 'no-store',
    },
    body: Buffer.from(text),
  };
}

/** In the form of the calls' own errors, so that a client needs to know one form only. */
export function refusalAnswer(status: number, message: string): HttpAnswer {
  const code = { 401: 'UNAUTHORIZED', 403: 'FORBIDDEN', 404: 'NOT_FOUND' }[status] ?? 'INTERNAL_SERVER_ERROR';
  return plainAnswer(status, 'application/json', JSON.stringify({ defined: false, code, status, message }));
}
