/** The WebSocket door: calls and live events on one connection, for pages. Checked at the upgrade, once. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer, type WebSocket } from 'ws';
import { WEBSOCKET_PATH, WEBSOCKET_PROTOCOL, WEBSOCKET_TOKEN_PREFIX } from './contract/doors.ts';
import { MAX_BODY_BYTES } from './http-calls.ts';
import {
  isCrossSite,
  judgeToken,
  refuseStranger,
  WRONG_TOKEN,
  type Refusal,
  type Tokens,
} from './http-guard.ts';
import type { CallContext } from './implementer.ts';
import type { SandpostRouter } from './router.ts';

const MAX_CLIENTS = 100;
/** A client that has this much waiting for it is not sent more until it has read. */
const MAX_BUFFERED_BYTES = 1024 * 1024;

export interface WebSocketDoor {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, port: number): void;
  close(): void;
}

function refuse(socket: Duplex, { status, message }: Refusal | { status: number; message: string }): void {
  const body = `${message}\n`;
  socket.end(
    `HTTP/1.1 ${status} Refused\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function tokenOf(request: IncomingMessage): string | undefined {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  return offered
    .find((name) => name.startsWith(WEBSOCKET_TOKEN_PREFIX))
    ?.slice(WEBSOCKET_TOKEN_PREFIX.length);
}

/** Resolves at once while the client reads, and for one that does not only when what was sent has left. */
function sendWithBackPressure(client: WebSocket) {
  return (data: Parameters<WebSocket['send']>[0]): Promise<void> | undefined => {
    if (client.bufferedAmount < MAX_BUFFERED_BYTES) {
      client.send(data);
      return undefined;
    }
    return new Promise((resolve) => {
      client.send(data, () => {
        resolve();
      });
    });
  };
}

export function createWebSocketDoor(deps: {
  readonly router: SandpostRouter;
  readonly tokens: Tokens;
}): WebSocketDoor {
  const handler = new RPCHandler<CallContext>(deps.router);
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_BODY_BYTES,
    // The token is among the offered names: it must not be the one that is chosen and sent back.
    handleProtocols: (offered) => (offered.has(WEBSOCKET_PROTOCOL) ? WEBSOCKET_PROTOCOL : false),
  });

  function judge(request: IncomingMessage, port: number): Refusal | { mayChange: boolean } {
    const stranger = refuseStranger(request.headers, port);
    if (stranger !== undefined) return stranger;
    if (isCrossSite(request.headers))
      return { status: 403, message: 'Requests from other sites are refused.' };
    const token = judgeToken(request.headers, deps.tokens, tokenOf(request));
    return token === 'wrong' ? WRONG_TOKEN : { mayChange: token === 'shown' };
  }

  return {
    upgrade(request, socket, head, port) {
      socket.on('error', () => socket.destroy());
      const path = (request.url ?? '').split('?')[0];
      if (path !== WEBSOCKET_PATH) {
        refuse(socket, { status: 404, message: 'There is no WebSocket here.' });
        return;
      }
      const verdict = judge(request, port);
      if ('status' in verdict) {
        refuse(socket, verdict);
        return;
      }
      if (server.clients.size >= MAX_CLIENTS) {
        refuse(socket, { status: 503, message: 'Too many clients.' });
        return;
      }
      server.handleUpgrade(request, socket, head, (client) => {
        client.on('error', () => {
          client.terminate();
        });
        const peer = {
          addEventListener: client.addEventListener.bind(client),
          send: sendWithBackPressure(client) as WebSocket['send'],
        };
        void handler.upgrade(peer, { context: verdict });
      });
    },
    close() {
      for (const client of server.clients) client.close(1001, 'Sandpost stops');
      server.close();
    },
  };
}
