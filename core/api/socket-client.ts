/**
 * HTTP through the socket of a running sandbox, for commands. `fetch` cannot do that, and a command that loads it takes
 * half as long again: only a live stream of events needs its classes.
 */
import http, { type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { ClientContext } from '@orpc/client';
import type { StandardLinkClient } from '@orpc/client/standard';

/** Nobody answers at this address. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  readonly code: string;
  constructor(address: string, cause: NodeJS.ErrnoException) {
    super(`no answer from ${address}: ${cause.message}`, { cause });
    this.code = cause.code ?? '';
  }
}

interface Question {
  readonly method: string;
  readonly path: string;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
}

function ask(socketPath: string, question: Question): Promise<IncomingMessage> {
  const { method, path, headers, body, signal } = question;
  return new Promise((resolve, reject) => {
    const call = http.request(
      {
        socketPath,
        path,
        method,
        headers: { ...headers, host: 'localhost' },
        ...(signal === undefined ? {} : { signal }),
        // One call, one connection: a command must be able to end when it is done.
        agent: false,
      },
      resolve,
    );
    call.on('error', (error) => {
      reject(signal?.aborted === true ? error : new ConnectError(socketPath, error));
    });
    call.end(body);
  });
}

async function bytesOf(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const statusOf = ({ statusCode = 500 }: IncomingMessage) => statusCode;

function toResponse(answer: IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headers)) {
    for (const one of Array.isArray(value) ? value : [value ?? '']) headers.append(name, one);
  }
  return new Response(Readable.toWeb(answer) as ReadableStream, { status: statusOf(answer), headers });
}

/** Sends calls of the contract, whose inputs are all JSON. */
export function createSocketSender(socketPath: string): StandardLinkClient<ClientContext> {
  return {
    async call(request, options, path, input) {
      const { method, url, body, signal } = request;
      const isEmpty = body === undefined;
      const answer = await ask(socketPath, {
        method,
        path: `${url.pathname}${url.search}`,
        headers: { ...request.headers, ...(isEmpty ? {} : { 'content-type': 'application/json' }) },
        ...(isEmpty ? {} : { body: JSON.stringify(body) }),
        signal,
      });
      if (answer.headers['content-type']?.startsWith('text/event-stream') === true) {
        const { LinkFetchClient } = await import('@orpc/client/fetch');
        const stream = new LinkFetchClient({ fetch: () => Promise.resolve(toResponse(answer)) });
        return stream.call(request, options, path, input);
      }
      const text = (await bytesOf(answer)).toString('utf8');
      const parsed: unknown = text === '' ? undefined : JSON.parse(text);
      return {
        status: statusOf(answer),
        headers: answer.headers,
        body: () => Promise.resolve(parsed),
      };
    },
  };
}

/** The bytes at a resource URL; undefined when there are none. */
export async function readThroughSocket(socketPath: string, url: string): Promise<Uint8Array | undefined> {
  const answer = await ask(socketPath, { method: 'GET', path: url });
  const bytes = await bytesOf(answer);
  const status = statusOf(answer);
  return status >= 200 && status < 300 ? new Uint8Array(bytes) : undefined;
}
